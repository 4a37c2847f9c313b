//! The columns of lists that go out and that nothing reads in, with their heads in
//! Chinese and English. Amounts stand beside one column that says in which currency.

use crate::import::Field;

const fn out(code: &'static str, heads: &'static str) -> Field {
    Field::out(code, heads)
}

const CUSTOMER: Field = out("customer", "客户名称, customer");
const DEAL: Field = out("deal", "商机名称, deal");
const OWNER: Field = out("owner", "负责人, owner");
const STATUS: Field = out("status", "状态, status");
const TIER: Field = out("tier", "客户级别, tier");
const CURRENCY: Field = out("currency", "币种, currency");
const NOTE: Field = out("note", "备注, note");
const REASON: Field = out("reason", "原因, reason");
const UPDATED_ON: Field = out("updated_on", "更新日期, updated on");

pub(super) static TASK: &[Field] = &[
    out("title", "任务, task"),
    OWNER,
    CUSTOMER,
    DEAL,
    out("due_on", "截止日期, due date"),
    out("done_on", "完成日期, done on"),
    out("created_on", "创建日期, created on"),
];

pub(super) static HISTORY: &[Field] = &[
    DEAL,
    CUSTOMER,
    out("at", "时间 (UTC), at (UTC)"),
    out("kind", "步骤, step"),
    out("from", "原阶段, from stage"),
    out("to", "新阶段, to stage"),
    out("by", "操作人, by"),
    out("note", "说明, note"),
];

pub(super) static CONTRACT: &[Field] = &[
    out("number", "合同编号, contract number"),
    out("title", "合同名称, contract"),
    STATUS,
    CUSTOMER,
    DEAL,
    OWNER,
    out("amount", "合同金额, amount"),
    out("received", "已收, received"),
    out("outstanding", "待收, outstanding"),
    out("overdue", "逾期, overdue"),
    CURRENCY,
    out("next_due_on", "下一到期日, next due on"),
    out("overdue_days", "逾期天数, days overdue"),
    out("signed_on", "签订日期, signed on"),
    out("starts_on", "开始日期, starts on"),
    out("ends_on", "结束日期, ends on"),
    NOTE,
    UPDATED_ON,
];

pub(super) static RECEIVABLE: &[Field] = &[
    out("number", "合同编号, contract number"),
    out("title", "合同名称, contract"),
    CUSTOMER,
    OWNER,
    out("due_on", "到期日, due on"),
    out("overdue_days", "逾期天数, days overdue"),
    out("bucket", "账龄, ageing"),
    out("amount", "本期金额, instalment"),
    out("open", "待收, outstanding"),
    CURRENCY,
    NOTE,
];

pub(super) static QUOTE: &[Field] = &[
    out("number", "报价编号, quote number"),
    out("revision", "版本, revision"),
    out("title", "报价名称, quote"),
    STATUS,
    CUSTOMER,
    DEAL,
    OWNER,
    out("list", "目录价合计, list price"),
    out("total", "报价合计, total"),
    out("net", "不含税金额, net"),
    out("tax", "税额, tax"),
    CURRENCY,
    out("discount", "折扣, discount"),
    out("valid_until", "有效期至, valid until"),
    out("sent_on", "发出日期, sent on"),
    out("closed_on", "结束日期, closed on"),
    REASON,
    UPDATED_ON,
];

pub(super) static APPROVAL: &[Field] = &[
    out("number", "报价编号, quote number"),
    out("revision", "版本, revision"),
    out("title", "报价名称, quote"),
    CUSTOMER,
    TIER,
    DEAL,
    OWNER,
    out("list", "目录价合计, list price"),
    out("total", "报价合计, total"),
    CURRENCY,
    out("discount", "折扣, discount"),
    out("ceiling", "折扣上限, discount ceiling"),
    out("asked_at", "申请时间, asked at"),
    out("asked_by", "申请人, asked by"),
    REASON,
];

pub(super) static TICKET: &[Field] = &[
    out("number", "工单号, ticket number"),
    out("subject", "主题, subject"),
    out("kind", "类型, kind"),
    out("priority", "优先级, priority"),
    out("state", "状态, status"),
    CUSTOMER,
    TIER,
    out("assignee", "处理人, assignee"),
    out("opened_at", "提出时间, opened at"),
    out("promised", "承诺首次响应时间, first answer promised by"),
    out("answered_at", "首次响应时间, first answered at"),
    out("took", "首次响应用时（工作分钟）, first answer after (working minutes)"),
    out("late", "超时, late"),
    out("solved_at", "解决时间, solved at"),
    out("closed_at", "关闭时间, closed at"),
    out("reopened", "重开次数, opened again"),
    out("body", "描述, description"),
    UPDATED_ON,
];

pub(super) static VISIT: &[Field] = &[
    CUSTOMER,
    TIER,
    OWNER,
    out("standing", "回访状态, standing"),
    out("due_on", "应回访日期, due on"),
    out("overdue_days", "逾期天数, days overdue"),
    out("last_on", "上次联系, last contact"),
    out("every_days", "间隔天数, every days"),
    out("asked_by", "起因, asked by"),
    out("event_on", "起因日期, event on"),
    out("channels", "方式, channels"),
    out("level", "提醒级别, level"),
    out("told", "提醒对象, who hears"),
    out("contact", "联系人, contact"),
    out("phone", "电话, phone"),
    out("email", "邮箱, email"),
    out("needs", "未了事项, unsettled items"),
];

pub(super) static NEED: &[Field] = &[
    out("text", "内容, text"),
    out("kind", "类型, kind"),
    CUSTOMER,
    STATUS,
    out("handler", "处理人, handler"),
    out("due_on", "截止日期, due on"),
    out("overdue_days", "逾期天数, days overdue"),
    REASON,
    out("by", "记录人, written by"),
    out("created_on", "记录日期, written on"),
];

pub(super) static SURVEY: &[Field] = &[
    out("title", "问卷, survey"),
    STATUS,
    out("sent", "发出链接, links sent"),
    out("answered", "已答链接, links answered"),
    out("response", "回收率, response"),
    out("n", "答复数, answers"),
    out("csat_n", "满意度答复数, CSAT answers"),
    out("csat", "满意率, CSAT"),
    out("points", "满意度得分, points of 100"),
    out("nps_n", "NPS 答复数, NPS answers"),
    out("nps", "NPS, NPS"),
    out("low", "低分数, low scores"),
];

pub(super) static ANSWER: &[Field] = &[
    out("month", "月份, month"),
    out("on", "日期, day"),
    out("source", "来源, source"),
    out("anonymous", "匿名, anonymous"),
    CUSTOMER,
    out("contact", "联系人, contact"),
    OWNER,
    TIER,
    out("csat", "满意度（1–5）, satisfaction (1-5)"),
    out("nps", "推荐意愿（0–10）, recommendation (0-10)"),
    out("ces", "省力程度（1–7）, ease (1-7)"),
    out("service", "服务, service"),
    out("product", "产品, product"),
    out("delivery", "交付, delivery"),
    out("response", "响应, response"),
    out("expertise", "专业, expertise"),
    out("value", "性价比, value"),
    out("words", "意见, words"),
    out("plan", "有改进计划, has a plan"),
];

pub(super) static TREND: &[Field] = &[
    out("from", "起始日期, from"),
    out("step", "周期, period"),
    out("n", "答复数, answers"),
    out("csat_n", "满意度答复数, CSAT answers"),
    out("csat", "满意率, CSAT"),
    out("csat_low", "满意率下限, CSAT low"),
    out("csat_high", "满意率上限, CSAT high"),
    out("nps_n", "NPS 答复数, NPS answers"),
    out("nps", "NPS, NPS"),
    out("nps_low", "NPS 下限, NPS low"),
    out("nps_high", "NPS 上限, NPS high"),
];

pub(super) static PLAN: &[Field] = &[
    CUSTOMER,
    OWNER,
    STATUS,
    out("on", "低分日期, low score on"),
    out("due_on", "截止日期, due on"),
    out("overdue_days", "逾期天数, days overdue"),
    out("csat", "满意度（1–5）, satisfaction (1-5)"),
    out("nps", "推荐意愿（0–10）, recommendation (0-10)"),
    out("action", "措施, action"),
    out("csat_after", "复评满意度, satisfaction after"),
    out("nps_after", "复评推荐意愿, recommendation after"),
];

/// What the members of a pool of leads may see.
pub(super) static LEAD: &[Field] = &[
    out("lead", "线索, lead"),
    CUSTOMER,
    out("stage", "阶段, stage"),
    out("amount", "金额, amount"),
    CURRENCY,
    out("source", "来源, source"),
    TIER,
    out("industry", "行业, industry"),
    out("region", "地区, region"),
    out("pool", "公海, pool"),
    out("since", "进入日期, since"),
    out("last_owner", "原负责人, last owner"),
    out("hand", "进入方式, how"),
    REASON,
];

/// What the members of a pool may see: neither telephone nor notes.
pub(super) static POOL: &[Field] = &[
    CUSTOMER,
    TIER,
    out("industry", "行业, industry"),
    out("region", "地区, region"),
    out("pool", "公海, pool"),
    out("since", "进入日期, since"),
    out("last_owner", "原负责人, last owner"),
    out("hand", "进入方式, how"),
    REASON,
];

/// Without places: where somebody was is shown on the page, and nowhere kept.
pub(super) static FIELD: &[Field] = &[
    out("on", "日期, day"),
    out("person", "人员, person"),
    CUSTOMER,
    TIER,
    out("planned", "计划, planned"),
    out("visited", "已到访, visited"),
    out("at", "签到时间, checked in at"),
    out("out_at", "签退时间, checked out at"),
    out("stay", "停留分钟, minutes of stay"),
    out("valid", "有效拜访, counts"),
    out("verdict", "位置结论, verdict"),
    out("signals", "存疑原因, marks"),
    out("offline", "离线补传, sent later"),
    NOTE,
    out("out_note", "签退备注, note of check-out"),
    out("next_step", "下一步, next step"),
    out("next_on", "下一步日期, next step on"),
];
