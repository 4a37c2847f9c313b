//! Exports of other sales systems, known by the names of their columns, and
//! which of these columns is which field. Columns that a kit does not name are
//! matched by their headers as in any other file. A kit says nothing about what
//! stands in the cells.
//!
//! The names are those that the products write: HubSpot, Pipedrive and Twenty in
//! English, CordysCRM and Wukong in Chinese.

use super::Kind;
use super::words::plain;
use domain::imports::Kit;

/// Columns of one kind in one system's export.
struct Columns {
    kit: Kit,
    kind: Kind,
    /// Columns that others do not have; so many of them must be there.
    marks: &'static str,
    least: usize,
    /// Field and header. Of several for one field the first that a file has;
    /// without a field: a column that says something else than its header.
    fields: &'static [(&'static str, &'static str)],
}

const fn columns(kit: Kit, kind: Kind, least: usize, marks: &'static str, fields: &'static [(&'static str, &'static str)]) -> Columns {
    Columns { kit, kind, marks, least, fields }
}

/// Of every HubSpot export: a number for each record, and dates that it keeps.
const HUBSPOT: &str = "Record ID, Record ID - Company, Record ID - Contact, Create Date, Lifecycle Stage, Lead Status, Last Activity Date, \
     Last Modified Date, Company owner, Contact owner, Deal owner, Deal Stage, Associated Company IDs, Associated Contact IDs, \
     Associated Company, Associated Contact, Company Domain Name";

const PIPEDRIVE_DEAL: &str = "Deal - Title, Deal - Value, Deal - Stage, Deal - Organization, Deal - Owner, Deal - Status, Deal - Contact person, \
     Deal - Expected close date, Deal - Currency, Deal - Currency of value, Deal - Deal created, Deal - ID";

static KITS: &[Columns] = &[
    columns(
        Kit::HubSpot,
        Kind::Customers,
        2,
        HUBSPOT,
        &[
            ("name", "Company name"),
            ("owner", "Company owner"),
            ("industry", "Industry"),
            ("region", "State/Region"),
            ("region", "Country/Region"),
            ("region", "City"),
            ("size", "Number of Employees"),
            ("source", "Original Source Type"),
            ("phone", "Phone Number"),
            ("website", "Website URL"),
            ("website", "Company Domain Name"),
            ("address", "Street Address"),
            ("notes", "Description"),
        ],
    ),
    columns(
        Kit::HubSpot,
        Kind::Contacts,
        2,
        HUBSPOT,
        &[
            ("name", "Last Name"),
            ("first_name", "First Name"),
            ("customer", "Associated Company"),
            ("customer", "Company Name"),
            ("title", "Job Title"),
            ("role", "Buying Role"),
            ("phone", "Phone Number"),
            ("mobile", "Mobile Phone Number"),
            ("email", "Email"),
        ],
    ),
    columns(
        Kit::HubSpot,
        Kind::Deals,
        2,
        HUBSPOT,
        &[
            ("title", "Deal Name"),
            ("customer", "Associated Company"),
            ("customer", "Company Name"),
            ("owner", "Deal owner"),
            ("source", "Original Traffic Source"),
            ("amount", "Amount"),
            ("currency", "Currency"),
            ("closed_on", "Close Date"),
            ("probability", "Deal probability"),
            ("pipeline", "Pipeline"),
            ("stage", "Deal Stage"),
            ("first_contact_on", "Create Date"),
            ("note", "Deal Description"),
            ("next_step", "Next step"),
            ("lost_reason", "Closed Lost Reason"),
        ],
    ),
    columns(
        Kit::Pipedrive,
        Kind::Customers,
        2,
        "Organization - Name, Organization - Owner, Organization - Address, Organization - Label, Organization - ID, Organization - Open deals, \
         Organization - Won deals, Organization - People, Organization - Visible to, Organization - Organization created, \
         Organization - Creation date",
        &[
            ("name", "Organization - Name"),
            ("owner", "Organization - Owner"),
            ("industry", "Organization - Industry"),
            ("region", "Organization - State/county of Address"),
            ("region", "Organization - Address - State/county of Address"),
            ("size", "Organization - Number of employees"),
            ("website", "Organization - Website"),
            ("address", "Organization - Address"),
        ],
    ),
    columns(
        Kit::Pipedrive,
        Kind::Contacts,
        2,
        "Person - Name, Person - Organization, Person - Email, Person - Email - Work, Person - Phone, Person - Phone - Work, Person - Owner, \
         Person - Label, Person - ID, Person - Open deals, Person - Visible to",
        &[
            ("name", "Person - Name"),
            ("customer", "Person - Organization"),
            ("customer", "Organization - Name"),
            ("customer", "Organization"),
            ("title", "Person - Job title"),
            ("phone", "Person - Phone - Work"),
            ("phone", "Person - Phone"),
            ("mobile", "Person - Phone - Mobile"),
            ("email", "Person - Email - Work"),
            ("email", "Person - Email"),
            ("notes", "Person - Notes"),
        ],
    ),
    columns(
        Kit::Pipedrive,
        Kind::Deals,
        2,
        PIPEDRIVE_DEAL,
        &[
            ("title", "Deal - Title"),
            ("customer", "Deal - Organization"),
            ("customer", "Organization - Name"),
            ("customer", "Organization"),
            ("owner", "Deal - Owner"),
            ("source", "Deal - Lead Source"),
            ("source", "Deal - Source channel"),
            ("amount", "Deal - Value"),
            ("currency", "Deal - Currency of value"),
            ("currency", "Deal - Currency"),
            ("expected_close_on", "Deal - Expected close date"),
            ("probability", "Deal - Probability"),
            ("pipeline", "Deal - Pipeline"),
            ("stage", "Deal - Stage"),
            ("first_contact_on", "Deal - Deal created"),
            ("first_contact_on", "Deal - Creation date"),
            ("next_on", "Deal - Next activity date"),
            ("outcome", "Deal - Status"),
            ("closed_on", "Deal - Closed on"),
            ("closed_on", "Deal - Deal closed on"),
            ("closed_on", "Deal - Won time"),
            ("closed_on", "Deal - Lost time"),
            ("lost_reason", "Deal - Lost reason"),
        ],
    ),
    columns(
        Kit::Pipedrive,
        Kind::FollowUps,
        2,
        "Activity - Subject, Activity - Due date, Activity - Assigned to user, Activity - Note, Activity - Type, Activity - Done, Activity - ID",
        &[
            ("customer", "Activity - Organization"),
            ("customer", "Organization - Name"),
            ("customer", "Organization"),
            ("deal", "Activity - Deal"),
            ("deal", "Deal - Title"),
            ("contact", "Activity - Contact person"),
            ("kind", "Activity - Type"),
            ("at", "Activity - Due date"),
            ("content", "Activity - Note"),
            ("content", "Activity - Subject"),
            ("author", "Activity - Assigned to user"),
        ],
    ),
    columns(
        Kit::Pipedrive,
        Kind::Products,
        2,
        "Product - Name, Product - Product code, Product - Unit prices, Product - Tax, Product - Owner, Product - Active, Product - ID",
        &[
            ("code", "Product - Product code"),
            ("name_zh", "Product - Name"),
            ("price", "Product - Unit price"),
            ("price", "Product - Unit prices"),
            ("vat", "Product - Tax"),
            ("active", "Product - Active"),
        ],
    ),
    columns(
        Kit::Twenty,
        Kind::Customers,
        2,
        "Domain Name / Link URL, Domain Name / Link Label, Domain Name / Secondary Links, Address / Address 1, Address / City, \
         Linkedin / Link URL, ARR / Amount, Annual Revenue / Amount",
        &[
            // The number of a person.
            ("", "Account Owner (ID)"),
            ("name", "Name"),
            ("region", "Address / State"),
            ("region", "Address / City"),
            ("size", "Employees"),
            ("website", "Domain Name / Link URL"),
            ("address", "Address / Address 1"),
            ("longitude", "Address / Lng"),
            ("latitude", "Address / Lat"),
        ],
    ),
    columns(
        Kit::Twenty,
        Kind::Contacts,
        2,
        "Name / First Name, Name / Last Name, Emails / Primary Email, Emails / Additional Emails, Phones / Primary Phone Number, \
         Phones / Primary Phone Calling Code, Company Id, Linkedin / Link URL",
        &[
            ("name", "Name / Last Name"),
            ("first_name", "Name / First Name"),
            ("customer", "Company / Name"),
            ("customer", "Company"),
            ("title", "Job Title"),
            ("phone", "Phones / Primary Phone Number"),
            ("email", "Emails / Primary Email"),
        ],
    ),
    columns(
        Kit::Twenty,
        Kind::Deals,
        2,
        "Amount / Amount, Amount / Currency, Amount / Amount Micros, Amount / Currency Code, Point of Contact Id, Company Id",
        &[
            ("title", "Name"),
            ("customer", "Company / Name"),
            ("customer", "Company"),
            ("amount", "Amount / Amount"),
            ("currency", "Amount / Currency"),
            ("currency", "Amount / Currency Code"),
            ("closed_on", "Close date"),
            ("stage", "Stage"),
            ("first_contact_on", "Creation date"),
        ],
    ),
    columns(
        Kit::Cordys,
        Kind::Customers,
        2,
        "客户等级, 客户类型, 客户标签, 线上来源详情",
        &[
            ("name", "客户名称"),
            ("tier", "客户等级"),
            ("owner", "负责人"),
            ("industry", "客户行业"),
            ("region", "地区"),
            ("source", "客户来源"),
        ],
    ),
    columns(
        Kit::Cordys,
        Kind::Deals,
        2,
        "业务编码, 意向产品, 结束时间, 可能性, 客户标签, 备注信息",
        &[
            ("title", "商机名称"),
            ("customer", "客户名称"),
            ("owner", "负责人"),
            ("product", "意向产品"),
            ("source", "商机来源"),
            ("amount", "金额"),
            ("expected_close_on", "结束时间"),
            ("probability", "可能性"),
            ("stage", "商机阶段"),
            ("first_contact_on", "创建时间"),
            ("note", "备注信息"),
        ],
    ),
    columns(
        Kit::Wukong,
        Kind::Customers,
        2,
        "成交状态, 锁定状态, 距进入公海天数, 负责人获取客户时间, 最后跟进时间, 最后跟进记录, 相关团队, 下次联系时间",
        &[
            ("name", "客户名称"),
            ("tier", "客户级别"),
            ("owner", "负责人"),
            ("industry", "客户行业"),
            ("region", "省、市、区"),
            ("source", "客户来源"),
            ("phone", "电话"),
            ("phone", "手机"),
            ("website", "网址"),
            ("address", "详细地址"),
            ("notes", "备注"),
        ],
    ),
    columns(
        Kit::Wukong,
        Kind::Contacts,
        2,
        "是否关键决策人, 最后跟进时间, 相关团队, 下次联系时间",
        &[
            ("name", "姓名"),
            ("customer", "客户名称"),
            ("title", "职务"),
            ("phone", "电话"),
            ("mobile", "手机"),
            ("email", "邮箱"),
            ("notes", "备注"),
        ],
    ),
    columns(
        Kit::Wukong,
        Kind::Deals,
        2,
        "商机状态组, 商机阶段, 商机金额, 最后跟进时间, 相关团队",
        &[
            ("title", "商机名称"),
            ("customer", "客户名称"),
            ("owner", "负责人"),
            ("amount", "商机金额"),
            ("expected_close_on", "预计成交日期"),
            ("pipeline", "商机状态组"),
            ("stage", "商机阶段"),
            ("first_contact_on", "创建时间"),
            ("note", "备注"),
            ("next_on", "下次联系时间"),
        ],
    ),
    columns(
        Kit::Wukong,
        Kind::Products,
        2,
        "是否上下架, 产品类型, 产品单位, 产品描述",
        &[("code", "产品编码"), ("name_zh", "产品名称"), ("price", "价格"), ("active", "是否上下架")],
    ),
];

/// The system that wrote a file: of those whose marks are there, the one with
/// most of them.
pub fn of(kind: Kind, headers: &[String]) -> Option<Kit> {
    found(kind, headers).map(|columns| columns.kit)
}

fn found(kind: Kind, headers: &[String]) -> Option<&'static Columns> {
    let names: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    let seen = |columns: &&Columns| columns.marks.split(", ").filter(|mark| names.contains(&plain(mark))).count();
    KITS.iter().filter(|columns| columns.kind == kind && seen(columns) >= columns.least).max_by_key(|columns| seen(columns))
}

/// For each column the field that it is in the export of the system that wrote
/// the file; nothing for columns that the system leaves to us, or without one.
pub fn mapping(kind: Kind, headers: &[String]) -> Vec<Option<&'static str>> {
    let mut told = vec![None; headers.len()];
    let Some(columns) = found(kind, headers) else { return told };
    let names: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    for (field, header) in columns.fields {
        let header = plain(header);
        let place = names.iter().position(|name| *name == header).filter(|_| field.is_empty() || !told.contains(&Some(*field)));
        if let Some(free) = place.and_then(|at| told.get_mut(at)).filter(|told| told.is_none()) {
            *free = Some(*field);
        }
    }
    told
}

/// All headers that a kit gives a meaning, as they are compared.
pub fn headers() -> impl Iterator<Item = String> {
    KITS.iter().flat_map(|columns| columns.fields).map(|(_, header)| plain(header))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Columns as Found;
    use crate::import::read_table;

    /// The kit, and the fields of the columns.
    fn read(kind: Kind, headers: &str) -> (Option<Kit>, Vec<String>) {
        let table = read_table(format!("{headers}\n1\n").as_bytes()).unwrap();
        (of(kind, &table.headers), Found::of(kind, &table).mapping())
    }

    #[test]
    fn exports_of_hubspot() {
        let (kit, fields) = read(
            Kind::Customers,
            "Record ID,Company name,Company owner,Create Date,Phone Number,City,Country/Region,Industry,Lifecycle Stage",
        );
        assert_eq!(kit, Some(Kit::HubSpot));
        assert_eq!(fields, ["", "name", "owner", "", "phone", "", "region", "industry", ""]);
        let (kit, fields) = read(
            Kind::Contacts,
            "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Associated Company,Lead Status,Create Date,Job Title",
        );
        assert_eq!(kit, Some(Kit::HubSpot));
        assert_eq!(fields, ["", "first_name", "name", "email", "phone", "", "customer", "", "", "title"]);
        let (kit, fields) = read(
            Kind::Deals,
            "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Pipeline,Create Date,Associated Company,Associated Company IDs",
        );
        assert_eq!(kit, Some(Kit::HubSpot));
        assert_eq!(fields, ["", "title", "stage", "closed_on", "owner", "amount", "pipeline", "first_contact_on", "customer", ""]);
    }

    #[test]
    fn exports_of_pipedrive() {
        let (kit, fields) = read(
            Kind::Deals,
            "Deal - Title,Deal - Value,Deal - Organization,Deal - Contact person,Deal - Expected close date,Deal - Next activity date,\
             Deal - Owner,Deal - Lead Source,Deal - Lost reason,Deal - Lost time,Deal - Status,Deal - Deal created,Deal - Stage (pipeline)",
        );
        assert_eq!(kit, Some(Kit::Pipedrive));
        let meant = [
            "title",
            "amount",
            "customer",
            "",
            "expected_close_on",
            "next_on",
            "owner",
            "source",
            "lost_reason",
            "closed_on",
            "outcome",
            "first_contact_on",
            "stage",
        ];
        assert_eq!(fields, meant);
        let (kit, fields) =
            read(Kind::Customers, "Organization - Name*,Organization - Owner,Organization - Address,Organization - Open deals");
        assert_eq!((kit, fields), (Some(Kit::Pipedrive), ["name", "owner", "address", ""].map(str::to_owned).to_vec()));
        let (kit, fields) = read(Kind::Contacts, "Person - Name,Person - Organization,Person - Email - Work,Person - Phone - Mobile");
        assert_eq!((kit, fields), (Some(Kit::Pipedrive), ["name", "customer", "email", "mobile"].map(str::to_owned).to_vec()));
        let (kit, fields) = read(
            Kind::FollowUps,
            "Activity - Type,Activity - Subject,Activity - Note,Activity - Due date,Activity - Assigned to user,Organization",
        );
        assert_eq!(kit, Some(Kit::Pipedrive));
        assert_eq!(fields, ["kind", "", "content", "at", "author", "customer"]);
    }

    #[test]
    fn exports_of_twenty() {
        let (kit, fields) = read(
            Kind::Customers,
            "Account Owner (ID),Address / Address 1,Address / City,Address / State,Creation date,Domain Name / Link URL,Employees,Id,Name",
        );
        assert_eq!(kit, Some(Kit::Twenty));
        assert_eq!(fields, ["", "address", "", "region", "", "website", "size", "", "name"]);
        let (kit, fields) = read(
            Kind::Contacts,
            "Name / First Name,Name / Last Name,Emails / Primary Email,Phones / Primary Phone Number,Job Title,Company Id",
        );
        assert_eq!(kit, Some(Kit::Twenty));
        assert_eq!(fields, ["first_name", "name", "email", "phone", "title", ""]);
        let (kit, fields) = read(Kind::Deals, "Name,Amount / Amount,Amount / Currency,Close date,Stage,Company Id,Point of Contact Id");
        assert_eq!(kit, Some(Kit::Twenty));
        assert_eq!(fields, ["title", "amount", "currency", "closed_on", "stage", "", ""]);
    }

    #[test]
    fn exports_of_cordys() {
        let (kit, fields) = read(Kind::Customers, "客户名称,客户行业,客户等级,客户类型,客户来源,线上来源详情,客户标签,地区,负责人");
        assert_eq!(kit, Some(Kit::Cordys));
        assert_eq!(fields, ["name", "industry", "tier", "", "source", "", "", "region", "owner"]);
        let (kit, fields) = read(Kind::Deals, "商机名称,客户名称,业务编码,商机来源,金额,意向产品,结束时间,可能性,联系人,备注信息,负责人");
        assert_eq!(kit, Some(Kit::Cordys));
        let meant = ["title", "customer", "", "source", "amount", "product", "expected_close_on", "probability", "", "note", "owner"];
        assert_eq!(fields, meant);
    }

    #[test]
    fn exports_of_wukong() {
        let (kit, fields) =
            read(Kind::Customers, "客户名称,手机,电话,网址,客户级别,客户行业,客户来源,成交状态,下次联系时间,备注,负责人,最后跟进时间");
        assert_eq!(kit, Some(Kit::Wukong));
        assert_eq!(fields, ["name", "", "phone", "website", "tier", "industry", "source", "", "", "notes", "owner", ""]);
        let (kit, fields) =
            read(Kind::Deals, "商机名称,客户名称,商机金额,预计成交日期,商机状态组,商机阶段,备注,负责人,最后跟进时间,创建时间");
        assert_eq!(kit, Some(Kit::Wukong));
        let meant = ["title", "customer", "amount", "expected_close_on", "pipeline", "stage", "note", "owner", "", "first_contact_on"];
        assert_eq!(fields, meant);
        let (kit, fields) = read(Kind::Contacts, "姓名,客户名称,手机,电话,邮箱,是否关键决策人,职务,下次联系时间,备注");
        assert_eq!(kit, Some(Kit::Wukong));
        assert_eq!(fields, ["name", "customer", "mobile", "phone", "email", "", "title", "", "notes"]);
        let (kit, fields) = read(Kind::Products, "产品名称,产品类型,产品单位,产品编码,价格,产品描述,是否上下架");
        assert_eq!(kit, Some(Kit::Wukong));
        assert_eq!(fields, ["name_zh", "", "", "code", "price", "", "active"]);
    }

    #[test]
    fn lists_of_nobody_are_nobodys() {
        for (kind, headers) in [
            (Kind::Customers, "客户名称,电话,负责人,客户级别"),
            (Kind::Customers, "name,phone,owner,city"),
            (Kind::Deals, "商机名称,客户名称,金额,阶段"),
            (Kind::Contacts, "First Name,Last Name,Company,Email"),
        ] {
            assert_eq!(of(kind, &headers.split(',').map(str::to_owned).collect::<Vec<_>>()), None, "{headers}");
        }
    }

    #[test]
    fn every_kit_maps_fields_that_there_are() {
        for columns in KITS {
            for (field, header) in columns.fields.iter().filter(|(field, _)| !field.is_empty()) {
                assert!(columns.kind.fields().iter().any(|known| known.code == *field), "{field}");
                assert!(!plain(header).is_empty());
            }
            assert!(columns.marks.split(", ").count() >= columns.least);
        }
    }
}
