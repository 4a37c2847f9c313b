//! Words for the values of closed sets, as people and other systems write them.
//! A word that is not here is refused: a guess would be wrong where nobody looks.

use super::cells::half_width;
use crate::search::fold;
use domain::customers::{ContactRole, Size, Tier};
use domain::money::Currency;
use domain::pipeline::{LostReason, Outcome, Source};
use domain::work::FollowUpKind;

/// Text for comparison: case, width, blanks, what stands in brackets, and the
/// signs that headers are decorated with do not matter.
pub fn plain(text: &str) -> String {
    let folded = fold(text);
    let mut depth = 0_usize;
    let keep = |c: &char| match c {
        '(' | '[' | '【' => {
            depth += 1;
            false
        }
        ')' | ']' | '】' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0 && !c.is_whitespace() && !matches!(c, '*' | ':' | '_' | '-' | '.' | '/' | '#' | '\u{200b}' | '\u{feff}'),
    };
    folded.chars().filter(keep).collect()
}

/// Values with their words, written as [`plain`] leaves them.
type Words<T> = &'static [(T, &'static str)];

fn find<T: Copy>(words: Words<T>, text: &str) -> Option<T> {
    let text = plain(text);
    words.iter().find(|(_, known)| known.split(", ").any(|word| word == text)).map(|(value, _)| *value)
}

const TIER: Words<Tier> = &[
    (Tier::Vip, "vip, vip客户, 重要客户, 重点客户, 重点, 大客户, 战略客户, vipcustomer, keyaccount, strategic"),
    (Tier::Ordinary, "ordinary, 普通客户, 普通, 一般客户, 一般, ordinarycustomer, regular, standard, normal"),
    (Tier::Potential, "potential, 潜在客户, 潜在, 潜力客户, prospect, potentialcustomer"),
];

pub fn tier(text: &str) -> Option<Tier> {
    find(TIER, text)
}

const SOURCE: Words<Source> = &[
    (
        Source::Referral,
        "referral, 转介绍, 客户转介绍, 客户介绍, 老客户介绍, 熟人介绍, 介绍, 推荐, employeereferral, externalreferral, \
          customerreferral, wordofmouth",
    ),
    (Source::Website, "website, 官网, 网站, 公司网站, 官方网站, 网络, web, webform, online, organicsearch, directtraffic"),
    (Source::Expo, "expo, 展会, 展览, 展览会, 会展, 市场活动, exhibition, tradeshow, fair, event, conference"),
    (Source::Telesales, "telesales, 电销, 电话销售, 电话营销, 电话, 陌生拜访, 陌拜, coldcall, coldcalling, phone, phoneinquiry, outbound"),
    (Source::Partner, "partner, 渠道商, 渠道, 合作伙伴, 伙伴, 代理商, 代理, 经销商, channelpartner, channel, reseller, distributor"),
    (Source::Other, "other, 其他, 其它, 未知, others, unknown"),
];

pub fn source(text: &str) -> Option<Source> {
    find(SOURCE, text)
}

const CURRENCY: Words<Currency> = &[
    (Currency::Cny, "cny, rmb, 人民币, 人民币元, 元, ¥, ￥, cn¥, yuan, renminbi, chineseyuan"),
    (Currency::Usd, "usd, 美元, 美金, $, us$, usdollar, usdollars, dollar"),
    (Currency::Eur, "eur, 欧元, €, euro, euros"),
    (Currency::Hkd, "hkd, 港币, 港元, hk$, hongkongdollar"),
    (Currency::Gbp, "gbp, 英镑, £, britishpound, poundsterling"),
    (Currency::Jpy, "jpy, 日元, 日圆, jp¥, yen, japaneseyen"),
    (Currency::Krw, "krw, 韩元, 韩币, ₩, koreanwon, southkoreanwon"),
    (Currency::Kwd, "kwd, 科威特第纳尔, kuwaitidinar"),
    (Currency::Bhd, "bhd, 巴林第纳尔, bahrainidinar"),
];

pub fn currency(text: &str) -> Option<Currency> {
    find(CURRENCY, text)
}

const OUTCOME: Words<Outcome> = &[
    (Outcome::Open, "open, 在途, 进行中, 跟进中, 未结单, 未关闭, 未成交, 打开, 推进中, inprogress, active, pending"),
    (Outcome::Won, "won, 赢单, 已赢单, 成交, 已成交, 成功, 赢, 已签单, 签单, win, closedwon, closewon"),
    (Outcome::Lost, "lost, 输单, 已输单, 丢单, 已丢单, 失败, 战败, 流失, 输, 未赢单, loss, closedlost, closelost"),
    (Outcome::Invalid, "invalid, 无效, 已无效, 作废, 已作废, 取消, 已取消, cancelled, canceled, void, disqualified"),
];

pub fn outcome(text: &str) -> Option<Outcome> {
    find(OUTCOME, text)
}

const LOST_REASON: Words<LostReason> = &[
    (LostReason::Price, "price, 价格, 价格高, 价格太高, 价格过高, 价格原因, 报价过高, tooexpensive, pricetoohigh"),
    (
        LostReason::Competitor,
        "competitor, choseacompetitor, 竞争对手, 竞品, 选择竞品, 选择竞争对手, 选择了竞争对手, 输给竞争对手, losttocompetitor, competition",
    ),
    (LostReason::NoBudget, "nobudget, 无预算, 没有预算, 没预算, 预算不足, 预算取消, nobudgetlostfunding, lostfunding, budget"),
    (LostReason::NoDecision, "nodecision, 无决策, 没有决定, 未作决定, 未决策, 决策搁置, 项目搁置, 搁置, nodecisionnonresponsive"),
    (LostReason::Timing, "timing, 时机, 时机不对, 时机不合, 时机不合适, 时间不合适, 时机未到, badtiming"),
    (LostReason::NeedChanged, "needchanged, 需求变化, 需求变更, 需求改变, 需求取消, 无需求, 没有需求, noneed, requirementschanged"),
    (LostReason::NoResponse, "noresponse, 无回应, 没有回应, 无响应, 失联, 失去联系, 联系不上, 不回复, unresponsive, nocontact"),
    (LostReason::Other, "other, 其他, 其它, 其他原因, others"),
];

pub fn lost_reason(text: &str) -> Option<LostReason> {
    find(LOST_REASON, text)
}

const CONTACT_ROLE: Words<ContactRole> = &[
    (
        ContactRole::Decision,
        "decision, 决策人, 决策者, 关键决策人, 拍板人, decisionmaker, economicbuyer, budgetholder, executivesponsor, executive",
    ),
    (ContactRole::Influence, "influence, 影响人, 影响者, 推荐人, 支持者, influencer, champion, coach, advocate"),
    (ContactRole::User, "user, 使用者, 使用人, 用户, 最终用户, enduser, technicaluser"),
    (ContactRole::Purchasing, "purchasing, 采购, 采购人, 采购人员, 采购经办, buyer, procurement, purchaser"),
    (ContactRole::Other, "other, 其他, 其它, 普通人, others, blocker, legal&compliance"),
];

pub fn contact_role(text: &str) -> Option<ContactRole> {
    find(CONTACT_ROLE, text)
}

const FOLLOW_UP_KIND: Words<FollowUpKind> = &[
    (FollowUpKind::Call, "call, 电话, 打电话, 电话沟通, 电话跟进, 电话拜访, 通话, phone, phonecall, telephone, calls"),
    (FollowUpKind::Email, "email, 邮件, 电子邮件, 发邮件, mail, emails"),
    (FollowUpKind::Visit, "visit, 上门, 拜访, 上门拜访, 实地拜访, 到访, 外出拜访, onsite, sitevisit, visits"),
    (FollowUpKind::Wechat, "wechat, 微信, 企业微信, 微信沟通, wecom, chat, im, message"),
    (FollowUpKind::Video, "video, 视频, 视频会议, 视频通话, 线上会议, 在线会议, videocall, videoconference, onlinemeeting"),
    (FollowUpKind::Meeting, "meeting, 会议, 会面, 见面, 面谈, 见面拜访, meetings, lunch"),
    (FollowUpKind::Other, "other, 其他, 其它, 备注, 短信, others, note, notes, task, tasks, sms, deadline"),
];

pub fn follow_up_kind(text: &str) -> Option<FollowUpKind> {
    find(FOLLOW_UP_KIND, text)
}

const YES_NO: Words<bool> = &[
    (true, "yes, 是, 有, 对, y, true, 1, 真, √, ✓, 在售, 上架, 启用, active, 首要, primary"),
    (false, "no, 否, 无, 不是, n, false, 0, 假, ×, 停售, 下架, 停用, inactive, 不在售"),
];

/// Yes or no.
pub fn yes(text: &str) -> Option<bool> {
    find(YES_NO, text)
}

const SIZE: Words<Size> = &[
    (Size::Micro, "micro, 微型, 微型企业"),
    (Size::Small, "small, 小型, 小型企业"),
    (Size::Medium, "medium, 中型, 中型企业"),
    (Size::Large, "large, 大型, 大型企业"),
    (Size::Huge, "huge, 特大型, 超大型, 特大型企业, enterprise"),
];

/// A size by its word, by a number of people, or by a span of them that lies
/// within one size: `小型`, `120`, `20-99人`, `2000人以上`.
pub fn size(text: &str) -> Option<Size> {
    if let Some(word) = find(SIZE, text) {
        return Some(word);
    }
    let text = half_width(text).to_lowercase().replace("以上", "+").replace(['–', '—', '~', '至', '到'], "-");
    let text = text.trim_end_matches("employees").trim_end_matches("people").replace(['人', '名', ',', ' '], "").replace("员工", "");
    if let Some(least) = text.strip_suffix('+') {
        return Some(of_people(least)?).filter(|size| *size == Size::Huge);
    }
    match text.split_once('-') {
        Some((least, most)) => Some(of_people(least)?).filter(|size| of_people(most) == Some(*size)),
        None => of_people(&text),
    }
}

fn of_people(text: &str) -> Option<Size> {
    Some(match text.parse::<u32>().ok()? {
        0 => return None,
        1..20 => Size::Micro,
        20..100 => Size::Small,
        100..500 => Size::Medium,
        500..2_000 => Size::Large,
        2_000.. => Size::Huge,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_plain<T: Copy + std::fmt::Debug>(words: Words<T>) {
        let mut all: Vec<&str> = words.iter().flat_map(|(_, known)| known.split(", ")).collect();
        for word in &all {
            assert_eq!(plain(word), *word, "can never be found");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a word has two meanings: {words:?}");
    }

    #[test]
    fn every_word_can_be_found_and_has_one_meaning() {
        written_plain(TIER);
        written_plain(SOURCE);
        written_plain(CURRENCY);
        written_plain(OUTCOME);
        written_plain(LOST_REASON);
        written_plain(SIZE);
        written_plain(CONTACT_ROLE);
        written_plain(FOLLOW_UP_KIND);
        written_plain(YES_NO);
    }

    #[test]
    fn every_value_can_be_written_by_its_code() {
        for value in Tier::ALL {
            assert_eq!(tier(value.code()), Some(*value));
        }
        for value in Source::ALL {
            assert_eq!(source(value.code()), Some(*value));
        }
        for value in Size::ALL {
            assert_eq!(size(value.code()), Some(*value));
        }
        for value in Currency::ALL {
            assert_eq!(currency(value.code()), Some(*value));
        }
        for value in Outcome::ALL {
            assert_eq!(outcome(value.code()), Some(*value));
        }
        for value in ContactRole::ALL {
            assert_eq!(contact_role(value.code()), Some(*value));
        }
        for value in FollowUpKind::ALL {
            assert_eq!(follow_up_kind(value.code()), Some(*value));
        }
        for value in LostReason::ALL {
            assert_eq!(lost_reason(value.code()), Some(*value));
        }
    }

    #[test]
    fn as_people_write_them() {
        assert_eq!(tier("ＶＩＰ 客户"), Some(Tier::Vip));
        assert_eq!(tier("潜在客户（级）"), Some(Tier::Potential));
        assert_eq!(source("Trade Show"), Some(Source::Expo));
        assert_eq!(outcome("Closed Won"), Some(Outcome::Won));
        assert_eq!(currency("US$"), Some(Currency::Usd));
        assert_eq!(tier("黄金"), None);
    }

    #[test]
    fn sizes_by_number() {
        for (text, meant) in [
            ("120", Some(Size::Medium)),
            ("20－99人", Some(Size::Small)),
            ("2000人以上", Some(Size::Huge)),
            ("1,200", Some(Size::Large)),
            ("51-200", None),
            ("500+", None),
            ("0", None),
        ] {
            assert_eq!(size(text), meant, "{text}");
        }
    }
}
