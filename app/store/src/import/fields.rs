//! Fields of what may be imported, each with the headers that mean it, in Chinese
//! and English, as spreadsheets and exports of sales systems have them. A field
//! has the name that the form of its record gives it.

/// A field of a form, and the headers that mean it.
#[derive(Debug)]
pub struct Field {
    pub code: &'static str,
    /// The file must have it. Rows may ask for more.
    pub required: bool,
    /// Only files of others have it; ours do not.
    pub foreign: bool,
    list: &'static str,
}

impl Field {
    /// A field that goes out and is not read in.
    pub(crate) const fn out(code: &'static str, list: &'static str) -> Self {
        optional(code, list)
    }

    /// The headers that mean this field: the one we write ourselves first, then
    /// the others, the more telling before the less.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.list.split(", ")
    }

    /// The header that we write, in Chinese or English.
    #[must_use]
    pub fn header(&self, chinese: bool) -> &'static str {
        self.headers().nth(usize::from(!chinese)).unwrap_or(self.code)
    }
}

const fn required(code: &'static str, list: &'static str) -> Field {
    Field { code, required: true, foreign: false, list }
}

const fn optional(code: &'static str, list: &'static str) -> Field {
    Field { code, required: false, foreign: false, list }
}

const fn foreign(code: &'static str, list: &'static str) -> Field {
    Field { code, required: false, foreign: true, list }
}

const OWNER: Field = optional(
    "owner",
    "负责人, owner, 客户负责人, 商机负责人, 负责人姓名, 负责人邮箱, 所有者, 所有人, 归属人, 归属销售, 跟进人, 业务员, \
          销售人员, 销售代表, 销售, sales rep, sales representative, salesperson, sales owner, account owner, account manager, \
          company owner, customer owner, deal owner, opportunity owner, owner name, owner email, assigned to, assignee, \
          responsible",
);
const SOURCE: Field = optional(
    "source",
    "来源, source, 客户来源, 商机来源, 线索来源, 获客渠道, 来源渠道, lead source, account source, original source, \
          customer source, deal source, channel",
);

/// Fields of a customer, in the order of [`domain::customers::CustomerForm`].
pub static CUSTOMER: &[Field] = &[
    required(
        "name",
        "客户名称, customer name, 客户全称, 公司名称, 公司全称, 企业名称, 单位名称, account name, company name, \
          organization name, organisation name, 客户, 公司, 单位, 名称, customer, account, company, organization, organisation, name",
    ),
    optional("short_name", "客户简称, short name, 简称, 公司简称, abbreviation, alias"),
    optional("tier", "客户级别, tier, 级别, 客户等级, 客户分级, 等级, customer tier, account tier, customer level, level"),
    OWNER,
    optional("industry", "行业, industry, 所属行业, 客户行业, industry name, sector"),
    optional(
        "region",
        "地区, region, 省市, 省份, 省, 所在地区, 所属地区, 区域, 城市, 所在城市, state, province, state/province, \
          billing state/province, state/region, city, area, territory",
    ),
    optional(
        "size",
        "规模, size, 客户规模, 公司规模, 企业规模, 人员规模, 人数, 员工数, 员工人数, company size, employees, \
          number of employees, headcount",
    ),
    SOURCE,
    optional(
        "phone",
        "电话, phone, 客户电话, 公司电话, 联系电话, 办公电话, 电话号码, 座机, 固定电话, 手机, 手机号, 手机号码, telephone, tel, \
          phone number, company phone, business phone, main phone, mobile",
    ),
    optional("website", "网址, website, 官网, 公司网址, 公司网站, 网站, 主页, website url, url, homepage, domain, company domain name"),
    optional(
        "tax_number",
        "税号, tax number, 统一社会信用代码, 社会信用代码, 信用代码, 纳税人识别号, tax id, tax no, vat number, vat id, \
          unified social credit code, uscc",
    ),
    optional(
        "address",
        "地址, address, 详细地址, 客户地址, 公司地址, 办公地址, 联系地址, street address, billing address, billing street, street",
    ),
    optional("longitude", "经度, longitude, lng, lon"),
    optional("latitude", "纬度, latitude, lat"),
    optional("notes", "备注, notes, 客户备注, 备注说明, 描述, 说明, note, remark, remarks, comment, comments, description"),
];

/// Fields of a deal, in the order of [`domain::pipeline::form::DealForm`], then
/// what closes one.
pub static DEAL: &[Field] = &[
    required(
        "title",
        "商机名称, deal name, 商机标题, 机会名称, 项目名称, 销售机会, deal title, opportunity name, 商机, 标题, 主题, \
          名称, title, deal, opportunity, name, subject",
    ),
    required(
        "customer",
        "客户名称, customer, 客户, 客户全称, 关联客户, 所属客户, 公司名称, 企业名称, 单位名称, 公司, customer name, \
          account name, company name, associated company, organization name, organisation name, account, company, organization, \
          organisation",
    ),
    OWNER,
    optional("product", "产品, product, 产品名称, 产品编码, 产品编号, 意向产品, 关联产品, product name, product code, sku"),
    SOURCE,
    required(
        "amount",
        "金额, amount, 预计金额, 商机金额, 预计销售金额, 预计成交金额, 预计签单金额, 机会金额, 成交金额, 合同金额, 销售金额, \
          deal amount, deal value, expected amount, expected revenue, opportunity amount, value, revenue",
    ),
    optional("currency", "币种, currency, 货币, 币别, 结算币种, currency code, deal currency, amount currency, currency iso code"),
    optional(
        "expected_close_on",
        "预计成交日期, expected close date, 预计签单日期, 预计成交时间, 预计签单时间, 预计签约日期, 预计结单日期, 预计结束日期, \
          预计关闭日期, expected close, expected closing date, expected closing, est. close date, estimated close date, \
          forecast close date, target close date",
    ),
    optional("probability", "赢率, probability, 概率, 成交概率, 成功率, 可能性, 赢单概率, win probability, deal probability, chance"),
    optional("pipeline", "流程, pipeline, 销售流程, 销售管道, 商机组, 商机状态组, pipeline name, deal pipeline, sales process"),
    optional("stage", "阶段, stage, 商机阶段, 销售阶段, 当前阶段, deal stage, sales stage, opportunity stage, pipeline stage, stage name"),
    optional(
        "first_contact_on",
        "首次接触, first contact date, 首次接触日期, 首次接触时间, 首次联系日期, 创建日期, 创建时间, first contact, \
          first contacted, created, created at, created on, created date, create date, date created, creation date, created time, \
          发现日期, 发现时间, 商机日期",
    ),
    optional("competitor", "竞争对手, competitor, 对手, 竞品, 输给, competitors, main competitor, main competitors, lost to"),
    optional(
        "note",
        "备注, notes, 商机备注, 备注说明, 描述, 说明, note, remark, remarks, comment, comments, description, deal description",
    ),
    optional("next_step", "下一步, next step, 下一步计划, 下一步行动, 下次跟进内容, next steps, next action, next activity"),
    optional(
        "next_on",
        "下次跟进时间, next step date, 下次跟进日期, 下次跟进, 下次联系时间, 下次联系日期, 下一步日期, 下一步时间, \
          next follow-up, next follow up date, next contact date, next activity date, next action date",
    ),
    optional("outcome", "结果, outcome, 商机结果, 结单状态, 赢单状态, 商机状态, 状态, result, deal status, status, won/lost"),
    optional(
        "closed_on",
        "成交日期, closed on, 关闭日期, 成交时间, 关闭时间, 结单日期, 结单时间, 实际成交日期, 实际签单日期, 实际结束日期, \
          赢单日期, 赢单时间, 输单日期, 签单日期, closed date, close date, closing date, actual close date, actual closing date, \
          date closed, won date, won time, lost time",
    ),
    optional(
        "lost_reason",
        "输单原因, lost reason, 丢单原因, 失败原因, 战败原因, 无效原因, closed lost reason, loss reason, reason lost, \
          reason for loss",
    ),
];

/// Fields of a contact, in the order of [`domain::customers::ContactForm`].
pub static CONTACT: &[Field] = &[
    required(
        "name",
        "姓名, name, 联系人姓名, 联系人名称, 联系人, contact name, full name, contact, contact person, 姓, last name, surname, family name",
    ),
    foreign("first_name", "名, first name, given name"),
    required(
        "customer",
        "客户名称, customer, 客户, 所属客户, 关联客户, 公司名称, 企业名称, 单位名称, 公司, 单位, customer name, account name, company name, \
          associated company, organization name, organisation name, account, company, organization, organisation",
    ),
    optional("title", "职务, title, 职位, 岗位, 头衔, job title, position, 部门职务"),
    optional("role", "角色, role, 决策角色, 联系人角色, buying role, contact role, decision role"),
    optional(
        "phone",
        "电话, phone, 联系电话, 办公电话, 电话号码, 座机, 固定电话, 联系人电话, telephone, tel, phone number, business phone, work phone",
    ),
    foreign("mobile", "手机, mobile, 手机号, 手机号码, 移动电话, mobile phone, mobile phone number, mobile number, cell, cell phone"),
    optional("email", "邮箱, email, 电子邮箱, 电子邮件, 邮件, 邮箱地址, mail, email address, work email, primary email"),
    optional("is_primary", "首要联系人, primary contact, 主联系人, 是否首要联系人, is primary, primary"),
    optional("notes", "备注, notes, 备注说明, 描述, 说明, note, remark, remarks, comment, comments, description"),
];

/// Fields of a product, in the order of [`domain::settings::ProductForm`].
pub static PRODUCT: &[Field] = &[
    required("code", "产品编码, product code, 产品编号, 编码, 编号, 货号, code, sku, item code, product number, part number"),
    required("name_zh", "产品名称, product name, 中文名称, 产品, 名称, product, name, item name, item"),
    optional("name_en", "英文名称, english name, 产品英文名称, 产品英文名, 英文名, product name in english, name in english"),
    required(
        "price",
        "价格, price, 标准价格, 产品价格, 单价, 销售价格, 标价, list price, unit price, standard price, sales price, product price",
    ),
    optional("currency", "币种, currency, 货币, 币别, currency code"),
    optional("vat", "增值税率, vat, 税率, 增值税, vat rate, tax rate, tax"),
    optional("active", "在售, active, 是否在售, 是否上下架, 上下架, 是否启用, 启用, 状态, is active, on sale, status"),
];

/// Fields of a follow-up, in the order of [`domain::work::FollowUpForm`], with
/// the day and the author, which the form takes from the clock and the session.
pub static FOLLOW_UP: &[Field] = &[
    required(
        "customer",
        "客户名称, customer, 客户, 所属客户, 关联客户, 公司名称, 企业名称, 公司, customer name, account name, company name, \
          associated company, organization name, organisation name, account, company, organization, organisation",
    ),
    optional(
        "deal",
        "商机名称, deal, 商机, 关联商机, 所属商机, 商机标题, 销售机会, deal name, deal title, associated deal, opportunity name, opportunity",
    ),
    optional("contact", "联系人, contact, 联系人姓名, 姓名, contact name, contact person, person"),
    optional(
        "kind",
        "跟进方式, kind, 方式, 跟进类型, 跟进形式, 联系方式, 沟通方式, 类型, activity type, engagement type, type, method, channel",
    ),
    required(
        "at",
        "跟进日期, date, 跟进时间, 日期, 时间, 联系时间, 沟通时间, 创建时间, activity date, follow-up date, contacted on, due date, \
          time, created at, create date, creation date, created",
    ),
    required(
        "content",
        "跟进内容, content, 内容, 跟进记录, 沟通内容, 跟进详情, 备注, 描述, text, note, notes, activity, details, body, comments, \
          description, subject",
    ),
    optional(
        "author",
        "跟进人, author, 记录人, 创建人, 负责人, 业务员, 销售, by, owner, created by, activity owner, assigned to, assigned to user, \
          sales rep, salesperson",
    ),
    optional("next_step", "下一步, next step, 下一步计划, 下一步行动, 下次跟进内容, next steps, next action, next activity"),
    optional(
        "next_on",
        "下次跟进时间, next step date, 下次跟进日期, 下次跟进, 下次联系时间, 下次联系日期, 下一步日期, 下一步时间, next follow-up, \
          next follow up date, next contact date, next activity date, next action date",
    ),
];
