//! A body that each server function can read, so that a refusal is the rule's
//! and not the decoder's. Words in capitals stand for the ids of records.

use super::world::Records;
use domain::routes::{ROUTES, Rule};
use uuid::Uuid;

/// What a request of a server function is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// No record, or what anybody with the action may ask.
    Nothing,
    /// A record of somebody: others' are answered as if they were not there.
    Record,
    /// A record that is made for somebody else's record.
    Under,
    /// What belongs to a record: of others' there is nothing.
    Parts,
}
use About::{Nothing, Parts, Record, Under};

const REQUESTS: &[(&str, About, &str)] = &[
    ("home/home", Nothing, r#"{"query":{"whose":null,"person":null,"span":null,"list":null}}"#),
    ("home/findings", Nothing, r#"{"query":{"whose":null,"person":null,"span":null,"list":null}}"#),
    ("home/today", Nothing, r#"{"query":{"whose":null,"person":null,"span":null,"list":null}}"#),
    ("home/first_findings", Nothing, r#"{"query":{"whose":null,"person":null,"span":null,"list":null}}"#),
    ("home/boss", Nothing, "{}"),
    ("home/glance", Nothing, "{}"),
    // Somebody else's: see `store/tests/mentions.rs`.
    ("home/seen_mention", Nothing, "form[request]=REQUEST&form[mention]=REQUEST"),
    ("work/files", Record, r#"{"of":{"Customer":"CUSTOMER"}}"#),
    // Others' files: see `store/tests/files.rs`.
    ("work/remove_file", Nothing, "form[request]=REQUEST&form[file]=REQUEST"),
    ("customers/quick_lead", Nothing, "form[request]=REQUEST&form[name]=A"),
    ("customers/set_helper", Record, "form[request]=REQUEST&form[customer]=CUSTOMER&form[helper]=REQUEST&form[gone]=true"),
    ("present/now", Nothing, "{}"),
    ("pipeline/board", Nothing, r#"{"filter":{"text":""}}"#),
    ("pipeline/summaries", Nothing, r#"{"filter":{"text":""}}"#),
    ("pipeline/cards", Nothing, r#"{"filter":{"text":""},"stage":"STAGE","after":null}"#),
    ("pipeline/card", Parts, r#"{"filter":{"text":""},"deal":"DEAL"}"#),
    (
        "pipeline/move_deal",
        Record,
        r#"{"command":{"request":"REQUEST","deal":"DEAL","version":1,"to":"STAGE","above":null,"below":null,"closing":null,"reason":""}}"#,
    ),
    // Others' deals may be read by whoever has the right: see store/tests/rates.rs.
    ("pipeline/freeze_rate", Nothing, "form[deal]=DEAL&form[version]=1&form[request]=REQUEST"),
    ("pipeline/undo_move", Record, r#"{"command":{"request":"REQUEST","deal":"DEAL","version":2}}"#),
    // Judged deal by deal: others' are named as gone (store/tests/pipeline/change.rs).
    (
        "pipeline/change_deals",
        Nothing,
        r#"{"command":{"request":"REQUEST","changes":[{"id":"DEAL","version":1,"to":{"field":"amount","value":1}}]}}"#,
    ),
    ("pipeline/undo_changes", Nothing, r#"{"command":{"request":"REQUEST","of":"DEAL"}}"#),
    ("pipeline/months", Nothing, r#"{"filter":{"text":""}}"#),
    ("pipeline/calendar", Nothing, r#"{"filter":{"text":""},"by":"next","month":null}"#),
    ("pipeline/deals", Nothing, r#"{"filter":{"text":""},"sort":"","after":null}"#),
    ("pipeline/deal", Record, r#"{"id":"DEAL"}"#),
    ("work/choices", Nothing, "{}"),
    ("work/tier_names", Nothing, ""),
    ("pipeline/deal_form", Record, r#"{"id":"DEAL"}"#),
    ("pipeline/contacts", Parts, r#"{"customer":"CUSTOMER"}"#),
    (
        "pipeline/save_deal",
        Record,
        "form[id]=DEAL&form[version]=3&form[request]=REQUEST&form[title]=A&form[customer]=CUSTOMER&form[amount]=1&form[currency]=CNY",
    ),
    (
        "funnel/funnel",
        Nothing,
        r#"{"query":{"view":"cohort","mode":"reached","measure":"count","span":"half","against":"year_before","filter":{"text":""}}}"#,
    ),
    (
        "funnel/deals",
        Nothing,
        r#"{"part":{"query":{"view":"cohort","mode":"reached","measure":"count","span":"half","against":"year_before","filter":{"text":""}},"stage":0,"part":"entered","which":"now"}}"#,
    ),
    ("analysis/outcomes", Nothing, r#"{"query":{"span":"half","filter":{"text":""},"currency":null}}"#),
    ("analysis/forecast", Nothing, r#"{"query":{"span":"half","filter":{"text":""},"currency":null,"ahead":"12","roll_up":"single"}}"#),
    ("analysis/months", Nothing, r#"{"query":{"span":"half","filter":{"text":""},"currency":null,"months":"24","spring":true}}"#),
    ("analysis/speed", Nothing, r#"{"query":{"span":"half","filter":{"text":""},"currency":null}}"#),
    (
        "analysis/deals",
        Nothing,
        r#"{"part":{"query":{"span":"half","filter":{"text":""},"currency":null},"set":"won","currency":null,"before":false}}"#,
    ),
    ("analysis/findings", Nothing, r#"{"query":{"team":null,"owner":null,"open":"ageing","whole":false,"later":null}}"#),
    ("analysis/snooze", Nothing, "form[finding]=ageing&form[note]=A&form[request]=REQUEST"),
    ("analysis/wake", Nothing, "form[finding]=ageing&form[request]=REQUEST"),
    ("tiers/board", Nothing, r#"{"filter":{},"shown":0}"#),
    ("tiers/cards", Nothing, r#"{"filter":{},"tier":"vip","after":"00000000000000000000000000000000~0"}"#),
    ("tiers/move_tier", Record, r#"{"command":{"request":"REQUEST","customer":"CUSTOMER","version":1,"to":"vip","reason":"A"}}"#),
    ("tiers/proposals", Nothing, "{}"),
    // Of who is not proposed it is refused anyway: store/tests/tiers.rs asks for others' customers.
    ("tiers/decide", Nothing, r#"{"command":{"request":"REQUEST","decision":"reject","customers":[["CUSTOMER",1]],"reason":"A"}}"#),
    ("tiers/undo_tier", Record, r#"{"command":{"request":"REQUEST","customer":"CUSTOMER","version":2}}"#),
    ("tiers/figures", Nothing, r#"{"query":{"filter":{},"from":null,"to":null}}"#),
    ("tiers/customers", Nothing, r#"{"part":{"query":{"filter":{},"from":null,"to":null},"set":"paying"}}"#),
    ("customers/customers", Nothing, r#"{"filter":{"industry":"","region":"","text":""},"sort":"","after":null}"#),
    ("customers/customer", Record, r#"{"id":"CUSTOMER"}"#),
    ("customers/choices", Nothing, ""),
    ("customers/contacts", Nothing, r#"{"text":"","sort":"","after":null}"#),
    ("customers/contact_form", Record, r#"{"of":{"Existing":"CONTACT"}}"#),
    ("customers/find", Nothing, r#"{"text":"a"}"#),
    // Its move to another tier and back, above, made two versions.
    ("customers/save_customer", Record, "form[id]=CUSTOMER&form[version]=3&form[request]=REQUEST&form[name]=Customer"),
    // Judged customer by customer: others' are named as gone (store/tests/customers/change.rs).
    (
        "customers/change_customers",
        Nothing,
        r#"{"command":{"request":"REQUEST","changes":[{"id":"CUSTOMER","version":1,"to":{"field":"region","value":"A"}}]}}"#,
    ),
    ("customers/undo_changes", Nothing, r#"{"command":{"request":"REQUEST","of":"CUSTOMER"}}"#),
    ("customers/save_contact", Record, "form[id]=CONTACT&form[version]=1&form[request]=REQUEST&form[customer]=CUSTOMER&form[name]=Contact"),
    ("contracts/contracts", Nothing, r#"{"filter":{},"sort":"","after":null}"#),
    ("contracts/ageing", Nothing, r#"{"filter":{}}"#),
    ("contracts/contract", Record, r#"{"id":"CONTRACT"}"#),
    ("contracts/owed", Record, r#"{"of":{"Deal":"DEAL"}}"#),
    ("contracts/contract_form", Record, r#"{"of":{"Existing":"CONTRACT"}}"#),
    ("contracts/save_contract", Record, "form[id]=CONTRACT&form[version]=1&form[request]=REQUEST&form[title]=A&form[amount]=1"),
    (
        "contracts/save_plan",
        Record,
        "form[id]=CONTRACT&form[version]=2&form[request]=REQUEST&form[lines][0][due_on]=2026-01-01&form[lines][0][amount]=1",
    ),
    ("contracts/set_status", Record, "form[id]=CONTRACT&form[version]=3&form[request]=REQUEST&form[to]=signed"),
    // The owner may not: others' contracts are asked for in store/tests/contracts.rs.
    ("contracts/record_payment", Nothing, "form[id]=CONTRACT&form[version]=4&form[request]=REQUEST&form[amount]=1"),
    ("contracts/strike_payment", Nothing, "form[id]=CONTRACT&form[version]=4&form[request]=REQUEST&form[entry]=DEAL&form[reason]=A"),
    (
        "contracts/note_invoice",
        Nothing,
        "form[id]=CONTRACT&form[version]=4&form[request]=REQUEST&form[number]=1&form[amount]=1&form[vat]=6",
    ),
    ("quotes/quotes", Nothing, r#"{"filter":{},"after":null}"#),
    ("quotes/quote", Record, r#"{"id":"QUOTE"}"#),
    ("quotes/of_deal", Record, r#"{"id":"DEAL"}"#),
    ("quotes/quote_form", Record, r#"{"of":{"Existing":"QUOTE"}}"#),
    (
        "quotes/save_quote",
        Record,
        "form[id]=QUOTE&form[version]=1&form[request]=REQUEST&form[title]=A&form[valid_until]=2100-01-01&form[lines][0][text]=A&form[lines][0][price]=1",
    ),
    ("quotes/step", Record, "form[id]=QUOTE&form[version]=2&form[request]=REQUEST&form[step]=send"),
    ("quotes/approvals", Nothing, ""),
    ("contracts/strike_invoice", Nothing, "form[id]=CONTRACT&form[version]=4&form[request]=REQUEST&form[entry]=DEAL&form[reason]=A"),
    ("visits/visits", Nothing, r#"{"filter":{},"after":null,"done":null}"#),
    ("visits/calendar", Nothing, r#"{"filter":{},"layout":"week","at":null}"#),
    ("visits/timely", Nothing, r#"{"query":{}}"#),
    ("visits/sheet", Record, r#"{"customer":"CUSTOMER","channel":"call","contact":null}"#),
    ("visits/record", Record, "form[request]=REQUEST&form[customer]=CUSTOMER&form[channel]=call&form[content]=A"),
    // Somebody else's visit and need: see `store/tests/visits.rs`.
    ("visits/undo", Nothing, "form[id]=REQUEST&form[request]=REQUEST"),
    ("visits/needs", Nothing, r#"{"filter":{},"after":null,"edit":null}"#),
    ("visits/save_need", Nothing, "form[id]=REQUEST&form[version]=1&form[request]=REQUEST"),
    ("visits/of_customer", Record, r#"{"customer":"CUSTOMER"}"#),
    ("service/tickets", Nothing, r#"{"filter":{},"sort":"","after":null}"#),
    ("service/sheet", Record, r#"{"customer":"CUSTOMER"}"#),
    ("service/open_ticket", Record, "form[request]=REQUEST&form[customer]=CUSTOMER&form[kind]=problem&form[subject]=A"),
    ("service/ticket", Record, r#"{"id":"TICKET"}"#),
    ("service/add", Record, "form[id]=TICKET&form[version]=1&form[request]=REQUEST&form[kind]=note&form[text]=A"),
    // To whom: see `store/tests/tickets.rs`.
    ("service/assign", Nothing, "form[id]=REQUEST&form[version]=1&form[request]=REQUEST&form[kind]=problem&form[priority]=low"),
    ("service/of_customer", Record, r#"{"customer":"CUSTOMER"}"#),
    ("analysis/economics", Nothing, r#"{"query":{}}"#),
    ("settings/health", Nothing, "{}"),
    ("settings/save_health", Nothing, "form[contact]=40&form[payment]=25&form[satisfaction]=20&form[orders]=15&form[request]=REQUEST"),
    ("settings/field", Nothing, "{}"),
    ("settings/save_field", Nothing, "form[photo]=optional&form[exact_days]=180&form[photo_days]=0&form[radius]=500&form[request]=REQUEST"),
    ("settings/costs", Nothing, r#"{"year":null}"#),
    ("settings/save_cost", Nothing, "form[month]=A&form[request]=REQUEST"),
    ("settings/save_margin", Nothing, "form[margin]=A&form[request]=REQUEST"),
    ("settings/currencies", Nothing, r#"{"shown":null,"edit":null}"#),
    ("settings/save_rate", Nothing, "form[rate]=A&form[request]=REQUEST"),
    ("settings/strike_rate", Nothing, "form[id]=REQUEST&form[version]=1&form[request]=REQUEST"),
    ("settings/save_reporting", Nothing, "form[reporting]=A&form[request]=REQUEST"),
    ("satisfaction/surveys", Nothing, "{}"),
    // Surveys are the company's; what is in them of others' customers is in store/tests/satisfaction.rs.
    ("satisfaction/survey", Nothing, r#"{"id":"SURVEY","links":""}"#),
    ("satisfaction/survey_form", Nothing, r#"{"id":"SURVEY"}"#),
    ("satisfaction/save_survey", Nothing, "form[id]=SURVEY&form[version]=1&form[request]=REQUEST&form[title_zh]=A&form[title_en]=A"),
    ("satisfaction/save_sending", Nothing, "form[id]=SURVEY&form[version]=1&form[request]=REQUEST"),
    ("satisfaction/candidates", Nothing, r#"{"id":"SURVEY","text":"","tier":null}"#),
    ("satisfaction/invite", Record, "form[id]=SURVEY&form[request]=REQUEST&form[lines][0][on]=1&form[lines][0][customer]=CUSTOMER"),
    ("satisfaction/results", Nothing, r#"{"id":"SURVEY","query":{}}"#),
    ("satisfaction/by_hand", Nothing, "{}"),
    (
        "satisfaction/save_by_hand",
        Record,
        "form[request]=REQUEST&form[survey]=SURVEY&form[customer]=CUSTOMER&form[source]=interview&form[csat]=5",
    ),
    ("satisfaction/plans", Nothing, r#"{"filter":{}}"#),
    ("satisfaction/plan", Record, r#"{"id":"PLAN"}"#),
    ("satisfaction/save_plan", Record, "form[id]=PLAN&form[version]=1&form[request]=REQUEST&form[action]=A"),
    ("satisfaction/of_customer", Record, r#"{"id":"CUSTOMER"}"#),
    ("customers/duplicates", Nothing, "{}"),
    ("customers/duplicate_count", Nothing, "{}"),
    ("customers/set_aside", Record, "form[a]=CUSTOMER&form[b]=TWIN&form[request]=REQUEST"),
    ("customers/take_back_aside", Record, "form[a]=CUSTOMER&form[b]=TWIN&form[request]=REQUEST"),
    ("customers/similar", Nothing, r#"{"typed":{"name":"A"}}"#),
    ("customers/merging", Record, r#"{"a":"CUSTOMER","b":"TWIN"}"#),
    // Saving it, above, made a further version.
    (
        "customers/merge",
        Record,
        "form[a]=CUSTOMER&form[b]=TWIN&form[a_version]=4&form[b_version]=1&form[keep]=a&form[fields][name]=a&form[request]=REQUEST",
    ),
    // Somebody else's merge: see `a_merge_is_undone_by_who_may_change_both` of the store's tests.
    ("customers/undo_merge", Nothing, "form[id]=REQUEST&form[request]=REQUEST"),
    // Whose customers, and from which pools: see `store/tests/pool.rs`.
    ("pool/pool", Nothing, r#"{"filter":{"pool":null,"tier":null,"text":""},"after":null}"#),
    ("pool/claim", Nothing, "form[customer]=CUSTOMER&form[request]=REQUEST"),
    ("pool/claim_many", Nothing, r#"{"command":{"request":"REQUEST","leads":false,"ids":["CUSTOMER"]}}"#),
    ("pool/assign", Nothing, "form[id]=CUSTOMER&form[version]=1&form[request]=REQUEST"),
    ("pool/give_back", Nothing, "form[id]=CUSTOMER&form[version]=1&form[request]=REQUEST"),
    ("pool/hold", Nothing, "form[id]=CUSTOMER&form[version]=1&form[request]=REQUEST"),
    ("pipeline/assign_lead", Nothing, "form[id]=DEAL&form[version]=1&form[request]=REQUEST"),
    ("pipeline/give_back_lead", Nothing, "form[id]=DEAL&form[version]=1&form[request]=REQUEST"),
    ("pipeline/hold_lead", Nothing, "form[id]=DEAL&form[version]=1&form[request]=REQUEST"),
    ("settings/pools", Nothing, r#"{"edit":null}"#),
    ("settings/remove_pool", Nothing, "form[id]=A&form[request]=REQUEST"),
    ("settings/save_pool", Nothing, "form[name]=&form[request]=REQUEST"),
    ("settings/workdays", Nothing, r#"{"year":null}"#),
    ("settings/add_workdays", Nothing, "form[lines]=A&form[request]=REQUEST"),
    ("settings/remove_workday", Nothing, "form[on]=A&form[request]=REQUEST"),
    ("settings/visit_forms", Nothing, ""),
    ("settings/save_visit_form", Nothing, "form[id]=A&form[request]=REQUEST"),
    // Somebody else's import: see `an_import_is_its_makers_and_the_administrators` of the store's tests.
    ("data/imports", Nothing, "{}"),
    ("data/import", Nothing, r#"{"id":"REQUEST","columns":true}"#),
    ("data/state", Nothing, r#"{"id":"REQUEST"}"#),
    ("data/check", Nothing, r#"{"id":"REQUEST","query":{"part":null,"after":0,"row":null}}"#),
    ("data/undoing", Nothing, r#"{"id":"REQUEST"}"#),
    ("data/map", Nothing, "form[id]=REQUEST&form[version]=1&form[columns][c0]=name"),
    ("data/sheet", Nothing, "form[id]=REQUEST&form[version]=1&form[sheet]=A"),
    ("data/correct", Nothing, "form[id]=REQUEST&form[version]=1&form[row]=2&form[cells][name]=A"),
    ("data/choose", Nothing, "form[id]=REQUEST&form[version]=1&form[twins]=skip"),
    ("data/run", Nothing, "form[id]=REQUEST&form[version]=1&form[made]=1"),
    ("data/undo", Nothing, "form[id]=REQUEST&form[version]=1"),
    ("data/discard", Nothing, "form[id]=REQUEST&form[version]=1"),
    ("field/field", Nothing, r#"{"done":null}"#),
    ("field/snapshot", Nothing, "{}"),
    // Whose visits: see `locations_are_seen_by_oneself_and_the_line_above` of the store's tests.
    ("field/visits", Nothing, r#"{"query":{}}"#),
    ("field/privacy", Nothing, "{}"),
    ("field/consent", Nothing, "form[request]=REQUEST&form[version]=x&form[give]=true"),
    ("field/erase", Nothing, "form[request]=REQUEST&form[sure]=false"),
    ("field/place", Nothing, "form[request]=REQUEST&form[visit]=DEAL"),
    ("field/radius", Nothing, "form[request]=REQUEST&form[visit]=DEAL&form[radius]=1000"),
    ("search/find", Nothing, r#"{"text":"a","most":6}"#),
    ("team/tasks", Nothing, r#"{"view":"open"}"#),
    ("team/task_owners", Nothing, ""),
    ("team/log_follow_up", Under, "form[request]=REQUEST&form[customer]=CUSTOMER&form[deal]=DEAL&form[kind]=call&form[content]=A"),
    ("team/add_task", Under, "form[request]=REQUEST&form[title]=A&form[deal]=DEAL"),
    ("team/tick_task", Record, "command[request]=REQUEST&command[task]=TASK&command[version]=1&command[done]=true"),
    // Somebody else's view: see `a_view_of_ones_own_is_hidden_from_others` of the store's tests.
    ("views/views", Nothing, r#"{"kind":"deals"}"#),
    ("views/save", Nothing, "form[request]=REQUEST&form[kind]=deals&form[name]=A"),
    ("views/remove", Nothing, "command[request]=REQUEST&command[view]=REQUEST&command[version]=1&command[removed]=true"),
    ("views/default", Nothing, "command[request]=REQUEST&command[kind]=deals&command[view]="),
    ("settings/sign_out", Nothing, ""),
    ("settings/sign_ins", Nothing, ""),
    // Somebody else's sign-in: see `a_sign_in_is_ended_by_its_owner_only` of the store's tests.
    ("settings/revoke_sign_in", Nothing, "id=REQUEST"),
    ("settings/change_password", Nothing, "form[old]=a"),
    ("settings/people", Nothing, ""),
    ("settings/save_person", Nothing, "form[name]=A&form[email]=a%40example.com&form[role]=hr&form[unit]=x"),
    ("settings/save_unit", Nothing, "form[parent]=x&form[name]=A"),
    ("settings/products", Nothing, r#"{"edited":null}"#),
    ("settings/save_product", Nothing, "form[code]=A"),
    ("settings/pipelines", Nothing, ""),
    ("settings/save_pipeline", Nothing, "form[name_zh]=A"),
    ("settings/save_stage", Nothing, "form[name_zh]=A"),
    ("settings/price_books", Nothing, ""),
    ("settings/save_price_book", Nothing, "form[name]=A&form[currency]=CNY"),
    ("settings/tiers", Nothing, ""),
    ("settings/save_tier", Nothing, "form[id]=vip&form[every_any]=x"),
    ("settings/remove_stage", Nothing, "id=STAGE&request=REQUEST"),
];

pub struct Sample {
    pub path: String,
    pub about: About,
    body: &'static str,
}

impl Sample {
    /// The body, about these records; another request each time.
    pub fn body(&self, records: &Records) -> String {
        let ids = [
            ("CUSTOMER", records.customer),
            ("TWIN", records.twin),
            ("CONTACT", records.contact),
            ("DEAL", records.deal),
            ("CONTRACT", records.contract),
            ("QUOTE", records.quote),
            ("SURVEY", records.survey),
            ("PLAN", records.plan),
            ("TICKET", records.ticket),
            ("TASK", records.task),
            ("STAGE", records.stage),
        ];
        let body = ids.iter().fold(self.body.to_owned(), |body, (word, id)| body.replace(word, &id.to_string()));
        body.replace("REQUEST", &Uuid::now_v7().to_string())
    }

    /// A body that cannot be read; of functions that read one.
    pub fn unreadable(&self) -> Option<&'static str> {
        match self.body {
            "" => None,
            json if json.starts_with('{') => Some("{\"nothing"),
            _ => Some("nothing=1"),
        }
    }
}

/// A request for every server function that is not public; fails if one has
/// none, so that a new function cannot be forgotten here.
pub fn samples() -> Vec<(Sample, Rule)> {
    let functions = ROUTES.iter().filter(|(path, rule)| path.starts_with("/api/") && *rule != Rule::Public);
    let sample = |path: &str| {
        let found = REQUESTS.iter().find(|(name, _, _)| path.strip_prefix("/api/") == Some(*name));
        let (_, about, body) = found.unwrap_or_else(|| panic!("{path} has no sample request"));
        Sample { path: path.to_owned(), about: *about, body }
    };
    functions.map(|(path, rule)| (sample(path), *rule)).collect()
}
