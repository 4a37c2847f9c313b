//! Invented names of people, companies and places. Every company carries
//! 「(示例)」 in its legal name, telephone numbers have a block of noughts that
//! no network assigns, mail goes to example.com.

use super::chance::Dice;
use std::collections::HashSet;

/// A city with its region, area code, longitude and latitude (WGS-84).
#[derive(Debug, Clone, Copy)]
pub(super) struct City {
    pub name: &'static str,
    pub region: usize,
    pub area_code: &'static str,
    pub longitude: f64,
    pub latitude: f64,
}

pub(super) const REGIONS: [&str; 4] = ["华东", "华南", "华北", "西南"];

const fn city(name: &'static str, region: usize, area_code: &'static str, longitude: f64, latitude: f64) -> City {
    City { name, region, area_code, longitude, latitude }
}

pub(super) const CITIES: [City; 18] = [
    city("上海", 0, "021", 121.4737, 31.2304),
    city("苏州", 0, "0512", 120.5853, 31.2990),
    city("杭州", 0, "0571", 120.1551, 30.2741),
    city("南京", 0, "025", 118.7969, 32.0603),
    city("宁波", 0, "0574", 121.5440, 29.8683),
    city("合肥", 0, "0551", 117.2272, 31.8206),
    city("深圳", 1, "0755", 114.0579, 22.5431),
    city("广州", 1, "020", 113.2644, 23.1291),
    city("东莞", 1, "0769", 113.7518, 23.0207),
    city("佛山", 1, "0757", 113.1214, 23.0215),
    city("厦门", 1, "0592", 118.0894, 24.4798),
    city("北京", 2, "010", 116.4074, 39.9042),
    city("天津", 2, "022", 117.2008, 39.0842),
    city("青岛", 2, "0532", 120.3826, 36.0671),
    city("济南", 2, "0531", 117.1201, 36.6512),
    city("成都", 3, "028", 104.0665, 30.5723),
    city("重庆", 3, "023", 106.5516, 29.5630),
    city("昆明", 3, "0871", 102.8329, 24.8801),
];

const SURNAMES: &[(&str, &str)] = &[
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("胡", "hu"),
    ("朱", "zhu"),
    ("高", "gao"),
    ("林", "lin"),
    ("何", "he"),
    ("郭", "guo"),
    ("马", "ma"),
    ("罗", "luo"),
    ("梁", "liang"),
    ("宋", "song"),
    ("郑", "zheng"),
    ("谢", "xie"),
    ("韩", "han"),
    ("唐", "tang"),
    ("冯", "feng"),
    ("于", "yu"),
    ("董", "dong"),
    ("萧", "xiao"),
    ("程", "cheng"),
    ("曹", "cao"),
    ("袁", "yuan"),
    ("邓", "deng"),
    ("许", "xu"),
    ("傅", "fu"),
    ("沈", "shen"),
    ("曾", "zeng"),
    ("彭", "peng"),
    ("吕", "lv"),
    ("苏", "su"),
    ("卢", "lu"),
    ("蒋", "jiang"),
    ("蔡", "cai"),
    ("欧阳", "ouyang"),
    ("上官", "shangguan"),
];

const GIVEN: &[(&str, &str)] = &[
    ("伟", "wei"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("丽", "li"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("军", "jun"),
    ("洋", "yang"),
    ("勇", "yong"),
    ("艳", "yan"),
    ("杰", "jie"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("霞", "xia"),
    ("平", "ping"),
    ("刚", "gang"),
    ("燕", "yan"),
    ("辉", "hui"),
    ("玲", "ling"),
    ("桂", "gui"),
    ("丹", "dan"),
    ("鹏", "peng"),
    ("宁", "ning"),
    ("欣", "xin"),
    ("雨", "yu"),
    ("晨", "chen"),
    ("思", "si"),
    ("佳", "jia"),
    ("浩", "hao"),
    ("宇", "yu"),
    ("轩", "xuan"),
    ("涵", "han"),
    ("博", "bo"),
    ("文", "wen"),
    ("俊", "jun"),
    ("睿", "rui"),
    ("琳", "lin"),
    ("嘉", "jia"),
    ("怡", "yi"),
    ("蕾", "lei"),
    ("志", "zhi"),
    ("远", "yuan"),
    ("恒", "heng"),
    ("若", "ruo"),
    ("清", "qing"),
];

const BRAND_FIRST: &[&str] = &[
    "恒", "锐", "晟", "卓", "瀚", "嘉", "鼎", "启", "辰", "汇", "泓", "铭", "博", "祺", "骏", "凯", "隆", "元", "盈", "拓", "煜", "弘",
    "景", "昱", "禾", "宸", "朗", "睿", "诺", "劲", "途", "越", "岚", "曜", "衍", "泽", "柏", "屹", "璟", "钧", "曙", "帆",
];
const BRAND_SECOND: &[&str] = &[
    "澜", "川", "泰", "达", "源", "程", "胜", "邦", "越", "图", "力", "科", "安", "和", "润", "顺", "宏", "信", "维", "创", "特", "翔",
    "峰", "森", "海", "原", "岳", "舟", "航", "锋", "菱", "衡", "石", "城", "阳", "塔", "晖", "桥", "芯", "杉", "澄", "霖",
];
/// What a company makes: in its name, and as an industry.
const TRADES: &[(&str, &str)] = &[
    ("精密制造", "精密机械"),
    ("汽车零部件", "汽车零部件"),
    ("电子科技", "电子制造"),
    ("医疗器械", "医疗器械"),
    ("新能源", "新能源电池"),
    ("食品工业", "食品饮料"),
    ("包装材料", "包装印刷"),
    ("模具塑胶", "注塑模具"),
    ("纺织科技", "纺织服装"),
    ("智能家电", "家用电器"),
    ("化工材料", "精细化工"),
    ("物流装备", "物流装备"),
    ("半导体", "半导体"),
    ("机电设备", "机电设备"),
];
const FOREIGN_FIRST: &[&str] = &[
    "Northfell",
    "Alderbrook",
    "Kestrel",
    "Harrowgate",
    "Lindqvist",
    "Brightmoor",
    "Castellan",
    "Ostermark",
    "Silverpine",
    "Tidewater",
    "Vandermeer",
    "Westhaven",
    "Ironbridge",
    "Marlowe",
    "Quarrington",
    "Redfern",
    "Stonebeck",
    "Thornfield",
    "Umberland",
    "Yarrow",
];
const FOREIGN_SECOND: &[(&str, &str)] = &[
    ("Precision", "精密机械"),
    ("Automotive", "汽车零部件"),
    ("Electronics", "电子制造"),
    ("Medical", "医疗器械"),
    ("Packaging", "包装印刷"),
    ("Motion Systems", "机电设备"),
];
/// Legal names as long as forms and tables must bear.
const LONG_TAILS: &[&str] = &[
    "工业互联网与智能装备系统集成技术服务(集团)股份有限公司(示例)",
    "高端装备研究院暨智能工厂综合解决方案工程技术中心(示例)有限责任公司",
    "供应链管理与数字化产线运营服务(粤港澳大湾区)(示例)股份有限公司",
];
const LONG_EVERY: usize = 90;

/// A company that does not exist.
#[derive(Debug, Clone)]
pub(super) struct CompanyName {
    pub legal: String,
    pub short: String,
    pub industry: &'static str,
}

/// Gives every name once.
#[derive(Default)]
pub(super) struct Register {
    taken: HashSet<String>,
    companies: usize,
}

impl Register {
    /// A person's name, and the same in Latin letters for a mail address.
    /// Colleagues have different names; `unique` asks for that.
    pub(super) fn person(&mut self, dice: &mut Dice, unique: bool) -> (String, String) {
        loop {
            let (surname, sound) = dice.pick(SURNAMES);
            let (first, first_sound) = dice.pick(GIVEN);
            let (second, second_sound) = if dice.chance(0.7) { *dice.pick(GIVEN) } else { ("", "") };
            let name = format!("{surname}{first}{second}");
            if first != &second && (!unique || self.taken.insert(name.clone())) {
                return (name, format!("{first_sound}{second_sound}.{sound}"));
            }
        }
    }

    pub(super) fn company(&mut self, dice: &mut Dice, city: &City) -> CompanyName {
        self.companies += 1;
        let mut brand = format!("{}{}", dice.pick(BRAND_FIRST), dice.pick(BRAND_SECOND));
        loop {
            let (trade, industry) = *dice.pick(TRADES);
            let short = format!("{brand}{trade}");
            if self.taken.insert(short.clone()) {
                let legal = if self.companies.is_multiple_of(LONG_EVERY) {
                    format!("{}{short}{}", city.name, dice.pick(LONG_TAILS))
                } else {
                    format!("{}{short}(示例)有限公司", city.name)
                };
                return CompanyName { legal, short, industry };
            }
            brand = format!("{}{}{}", dice.pick(BRAND_FIRST), dice.pick(BRAND_SECOND), dice.pick(BRAND_SECOND));
        }
    }

    pub(super) fn foreign_company(&mut self, dice: &mut Dice, city: &City) -> CompanyName {
        let (trade, industry) = *dice.pick(FOREIGN_SECOND);
        let stem = format!("{} {trade}", dice.pick(FOREIGN_FIRST));
        let mut short = stem.clone();
        let mut number = 1;
        while !self.taken.insert(short.clone()) {
            number += 1;
            short = format!("{stem} {number}");
        }
        let seat = if city.region == 1 { "Hong Kong" } else { "Asia Pacific" };
        CompanyName { legal: format!("{short} {seat} (示例 Demo) Ltd."), short, industry }
    }
}

/// A mobile number that no network assigns.
pub(super) fn mobile(dice: &mut Dice) -> String {
    format!("1{}{}0000{:04}", dice.pick(&[3, 5, 7, 8, 9]), dice.below(10), dice.below(10_000))
}

/// A company's number: no exchange begins with four noughts.
pub(super) fn landline(dice: &mut Dice, city: &City) -> String {
    format!("{}-0000{:04}", city.area_code, dice.below(10_000))
}
