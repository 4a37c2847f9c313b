//! What the demo's people write: titles, next steps, follow-ups, tasks.
//! Patterns with blanks, filled so that few texts are the same.

use super::chance::Dice;
use domain::pipeline::LostReason;
use domain::work::FollowUpKind;

pub(super) const COMPETITORS: [&str; 5] = ["竞品甲", "竞品乙", "竞品丙", "竞品丁", "竞品戊"];

const PHASES: [&str; 7] = ["一期", "二期", "三期", "试点", "扩容", "新厂", "改造"];
const PLACES: [&str; 12] = [
    "总装车间",
    "冲压车间",
    "注塑车间",
    "SMT 车间",
    "焊装线",
    "涂装线",
    "包装线",
    "机加车间",
    "动力站房",
    "仓储物流区",
    "三号厂房",
    "新工厂",
];
/// Titles by product; `{p}` phase, `{w}` workshop, `{n}` number, `{y}` year.
const TITLES: [&[&str]; 4] = [
    &[
        "{p} {n} 台网关 + 平台",
        "{w}数采网关 {n} 台",
        "{p}设备联网({n} 台)",
        "{w}网关改造",
        "边缘网关 {n} 台采购",
        "{w}能耗采集 {n} 点",
        "{p}网关试用转采购",
    ],
    &[
        "产线数据平台 {y} 年订阅({n} 条线)",
        "{w} OEE 看板订阅",
        "{p}平台订阅 {n} 条线",
        "平台续订 {y} 年",
        "质量追溯 + 平台订阅",
        "{w}数据看板年费",
        "{p}设备健康分析订阅",
    ],
    &["{w}上线实施", "{y} 年度维保", "{p}实施与培训", "网关巡检与维保 {n} 台", "{w}数据接口开发", "{p}驻场服务"],
    &["采集盒备件"],
];
const KEY_TITLES: &[&str] = &[
    "集团智能工厂{p}",
    "多基地产线数据平台框架协议",
    "{w}数字化整体改造",
    "灯塔工厂{p}规划与实施",
    "集团设备联网 {n} 条线",
    "{y} 年度数字化框架采购",
    "{n} 条产线数据底座建设",
    "供应链协同平台{p}",
];
const EXPORT_TITLES: &[&str] = &[
    "Phase 2: {n} gateways and platform",
    "{n} gateways for the new plant",
    "Platform subscription {y}, {n} lines",
    "Rollout and training, {n} lines",
];

/// Next steps by how far the deal has come.
const NEXT_STEPS: [&[&str]; 4] = [
    &["首次电话沟通", "加微信并发公司资料", "确认需求对接人", "约线上介绍 30 分钟", "核对产线设备清单", "确认是否有年度预算"],
    &["寄样机", "技术交流会", "发方案初稿", "现场调研", "确认预算与决策流程", "邀请参观样板工厂", "拜访设备部经理"],
    &["提交正式报价", "商务谈判", "方案评审会", "POC 数据汇报", "澄清技术偏离表", "拜访决策人", "更新报价(第二版)", "陪同参观老客户"],
    &["合同用印", "法务条款确认", "催盖章合同", "确认付款方式", "提交开票信息", "约定进场时间"],
];

const OPENINGS: [&[&str]; 7] = [
    &["与{c}电话沟通 {m} 分钟。", "{c}回电。", "电话回访{c}。", "电话联系{c}，对方在产线上，简短沟通。", "上午联系上{c}。"],
    &["给{c}发了方案邮件。", "收到{c}的回复邮件。", "邮件确认了会议纪要。", "发送报价与配置清单，抄送{c}。"],
    &["上门拜访{c}，看了{w}。", "到现场走了一遍{w},{c}陪同。", "拜访{c}，在会议室谈了 {m} 分钟。", "带工程师到{w}做点位调研。"],
    &["微信与{c}确认细节。", "{c}微信发来设备清单。", "微信跟进,{c}当天回复。", "在项目群里答复了{c}的问题。"],
    &["与{c}视频会议 {m} 分钟，演示平台。", "线上演示看板,{c}和两位同事参加。", "视频评审方案,{c}主持。"],
    &["技术交流会,{c}等 5 人参加。", "和{c}及采购一起开商务会。", "方案评审会开了 {m} 分钟,{c}到场。"],
    &["老客户介绍后补充信息。", "展会现场交换名片,{c}留了需求。", "整理了{c}提供的资料。"],
];
/// What was found out, by how far the deal has come.
const FINDINGS: [&[&str]; 4] = [
    &[
        "目前靠人工抄表，想先了解价格区间。",
        "在看两家供应商，三季度前要定方向。",
        "需求来自{w}，约 {n} 台设备。",
        "对方暂时没有预算，先保持联系。",
        "关心是否支持老设备协议。",
        "希望先看同行业案例。",
        "接口人刚换，需要重新介绍。",
    ],
    &[
        "设备协议以 Modbus 和 S7 为主，约 {n} 台。",
        "预算在 {k} 万左右，由设备部申报。",
        "决策链是设备部提、总经理批。",
        "希望先在{w}试一条线。",
        "对停线改造时间比较敏感，只能周末施工。",
        "同意安排现场调研。",
        "要求提供等保和数据安全说明。",
    ],
    &[
        "技术方案基本认可，价格还要谈。",
        "{k} 万以内可以走部门审批。",
        "{x}报价低一些，但不含实施。",
        "POC 数据准确率 98%,{w}反馈不错。",
        "采购要求分三期付款。",
        "希望质保延长到两年。",
        "评审会提了 {n} 条意见，已逐条答复。",
        "需要补充与 MES 的接口方案。",
    ],
    &[
        "合同条款只剩违约责任一条。",
        "法务在审，预计两三天回复。",
        "付款方式定为 30/60/10。",
        "合同已寄出，等对方用印。",
        "对方确认月底前盖章。",
    ],
];
const RESULTS: &[&str] = &[
    "约好下周再沟通。",
    "已发资料，等反馈。",
    "下一步由我方更新方案。",
    "对方态度积极。",
    "需要经理一起拜访一次。",
    "已记入需求清单。",
    "建议尽快安排样机。",
    "",
    "对方要内部讨论。",
    "时间点已确认。",
];
const CARE: &[&str] = &[
    "月度回访，网关运行正常，平台登录 {n} 次。",
    "客户反馈{w}看板刷新慢，已转技术处理。",
    "完成一次线上培训,{m} 分钟,{c}等 8 人参加。",
    "续订提醒已发,{c}表示走流程。",
    "现场巡检 {n} 台设备，全部在线。",
    "收集到新需求:报表导出，已登记。",
    "满意度电话,{c}对响应速度给了 4 分。",
];

const LOST_NOTES: [&[&str]; 8] = [
    &["价格高出预算两成，对方不再谈。", "对方要求再降 15%，超出授权。"],
    &["已与{x}签约，对方看重本地服务。", "{x}送了一年维保。"],
    &["今年预算被砍，明年再看。", "预算没批下来。"],
    &["内部一直没有定下来，项目搁置。", "决策人调岗，无人推动。"],
    &["项目推迟到下半年以后。", "工厂搬迁，一年内不上新系统。"],
    &["改为自研。", "需求改成只做能耗，不在范围内。"],
    &["三次联系无人回复。", "电话停机，邮件退回。", "加了微信一直未通过。"],
    &["客户被并购，由集团统一采购。", "联系人离职，暂无接口人。"],
];
const INVALID_NOTES: &[&str] = &["重复录入，已有同名商机", "测试数据", "号码错误，查无此公司", "同行打探价格"];
const REOPEN_NOTES: &[&str] = &["客户重新启动项目", "预算追加后恢复", "竞品交付不了，客户回头", "换了负责人，愿意再谈"];
const REVERSE_NOTES: &[&str] = &["客户撤单，合同未生效", "付款条件未满足，合同退回重谈"];
const WON_NOTES: &[&str] = &["合同已签，首款待付。", "续约签回。", "双方用印完成。", ""];
const DEAL_NOTES: &[&str] = &[
    "对方希望与现有 MES 打通，接口由我方提供。",
    "决策人是生产副总，采购只管比价。",
    "客户在意交付周期，希望 45 天内上线。",
    "先做一条线，效果好再推广到全厂。",
    "招标项目，注意标书截止时间。",
    "老客户转介绍，请及时答谢介绍人。",
];

const SALES_TASKS: &[&str] = &[
    "准备{s}报价单",
    "整理{s}现场调研纪要",
    "给{s}寄样机",
    "回复{s}技术澄清",
    "约{s}高层拜访",
    "核对{s}合同条款",
    "更新{s}决策链",
    "催{s}回寄盖章合同",
];
const OFFICE_TASKS: &[&str] = &[
    "整理本月销售例会纪要",
    "更新销售预测表",
    "检查逾期商机并提醒负责人",
    "核对本季度目标分解",
    "准备周一例会材料",
    "复核报价折扣审批",
    "更新产品价目表",
    "安排新人产品培训",
    "归档上季度合同",
    "整理展会线索名单",
    "核对回款台账",
    "准备客户满意度访谈提纲",
    "更新话术库",
    "检查数据质量:重复客户",
];
const SERVICE_TASKS: &[&str] =
    &["回访{s}使用情况", "处理{s}平台告警", "给{s}安排操作培训", "整理{s}需求反馈", "跟进{s}续订", "安排{s}现场巡检"];

/// Whose tasks: which titles fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Desk {
    Sales,
    Service,
    Office,
}

/// What a text's blanks are filled with, where it is not left to chance.
#[derive(Default, Clone, Copy)]
pub(super) struct Blanks<'a> {
    pub contact: &'a str,
    pub customer: &'a str,
    pub competitor: &'a str,
    pub year: i32,
}

pub(super) fn title(dice: &mut Dice, product: usize, key_account: bool, export: bool, year: i32) -> String {
    let patterns = match (key_account, export) {
        (true, _) => KEY_TITLES,
        (_, true) => EXPORT_TITLES,
        _ => TITLES[product],
    };
    let pattern = dice.word(patterns);
    fill(dice, pattern, Blanks { year, ..Blanks::default() })
}

/// `progress`: how far the deal has come, from 0 to 3.
pub(super) fn next_step(dice: &mut Dice, progress: usize) -> &'static str {
    dice.word(NEXT_STEPS[progress.min(NEXT_STEPS.len() - 1)])
}

pub(super) fn follow_up(dice: &mut Dice, kind: FollowUpKind, progress: usize, blanks: Blanks<'_>) -> String {
    let place = FollowUpKind::ALL.iter().position(|k| *k == kind).unwrap_or(OPENINGS.len() - 1);
    let opening = dice.word(OPENINGS[place]);
    let finding = dice.word(FINDINGS[progress.min(FINDINGS.len() - 1)]);
    let result = dice.word(RESULTS);
    fill(dice, &format!("{opening}{finding}{result}"), blanks)
}

pub(super) fn care(dice: &mut Dice, blanks: Blanks<'_>) -> String {
    let pattern = dice.word(CARE);
    fill(dice, pattern, blanks)
}

pub(super) fn lost_note(dice: &mut Dice, reason: LostReason, competitor: &str) -> String {
    let place = LostReason::ALL.iter().position(|r| *r == reason).unwrap_or(LOST_NOTES.len() - 1);
    let pattern = dice.word(LOST_NOTES[place]);
    fill(dice, pattern, Blanks { competitor, ..Blanks::default() })
}

pub(super) fn invalid_note(dice: &mut Dice) -> &'static str {
    dice.word(INVALID_NOTES)
}

pub(super) fn reopen_note(dice: &mut Dice, after_won: bool) -> &'static str {
    dice.word(if after_won { REVERSE_NOTES } else { REOPEN_NOTES })
}

pub(super) fn won_note(dice: &mut Dice) -> &'static str {
    dice.word(WON_NOTES)
}

pub(super) fn deal_note(dice: &mut Dice) -> &'static str {
    dice.word(DEAL_NOTES)
}

pub(super) fn task(dice: &mut Dice, desk: Desk, customer: &str) -> String {
    let pattern = dice.word(match desk {
        Desk::Sales => SALES_TASKS,
        Desk::Service => SERVICE_TASKS,
        Desk::Office => OFFICE_TASKS,
    });
    fill(dice, pattern, Blanks { customer, ..Blanks::default() })
}

fn fill(dice: &mut Dice, pattern: &str, blanks: Blanks<'_>) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let Some((blank, after)) = behind.split_once('}') else { break };
        match blank {
            "p" => text.push_str(dice.word(&PHASES)),
            "w" => text.push_str(dice.word(&PLACES)),
            "n" => text.push_str(&dice.between(2, 60).to_string()),
            "m" => text.push_str(&(dice.between(2, 18) * 5).to_string()),
            "k" => text.push_str(&(dice.between(1, 30) * 2).to_string()),
            "y" => text.push_str(&blanks.year.to_string()),
            "c" => text.push_str(blanks.contact),
            "s" => text.push_str(blanks.customer),
            "x" => text.push_str(if blanks.competitor.is_empty() { dice.word(&COMPETITORS) } else { blanks.competitor }),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
