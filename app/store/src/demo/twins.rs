//! Customers that are there twice, as in every company: typed again with another
//! form of the name, by ear, or found by their number. Of prospects only, and no
//! figure of the company depends on their names.

use super::company::Seller;
use super::customers::Customers;
use crate::customers::search_text;
use crate::entity::customer;

/// Sellers who have a customer twice.
const SELLERS: usize = 8;
/// The end of a usual name.
const FORM: &str = "(示例)有限公司";
/// Signs of brands, and others that sound the same.
const SOUNDS: [(char, char); 19] = [
    ('恒', '衡'),
    ('锐', '瑞'),
    ('嘉', '佳'),
    ('启', '起'),
    ('辰', '晨'),
    ('汇', '惠'),
    ('铭', '明'),
    ('凯', '铠'),
    ('元', '园'),
    ('盈', '营'),
    ('弘', '宏'),
    ('诺', '糯'),
    ('越', '悦'),
    ('屹', '亦'),
    ('钧', '军'),
    ('帆', '凡'),
    ('景', '井'),
    ('鼎', '顶'),
    ('骏', '俊'),
];

/// How one was written down the second time.
#[derive(Clone, Copy)]
enum Again {
    /// Without its form, with the same telephone number.
    Shorter,
    /// By ear.
    ByEar,
    /// With the same tax number and website, under another name.
    Renamed,
    /// With the same website.
    SameSite,
}

pub(super) fn twins(customers: &mut Customers, sellers: &[Seller]) {
    let kinds = [Again::Shorter, Again::ByEar, Again::Renamed, Again::SameSite];
    let busy: Vec<usize> = (0..sellers.len()).filter(|seller| sellers[*seller].left.is_none()).take(SELLERS).collect();
    // Nobody is written down a third time.
    let mut used: Vec<usize> = Vec::new();
    for (turn, seller) in busy.iter().enumerate() {
        let kind = kinds[turn % kinds.len()];
        let usual = |row: &customer::Model| row.owner_id.is_some() && row.name.ends_with(FORM);
        let fits = |index: &usize| {
            let row = &customers.rows[*index];
            usual(row) && !used.contains(index) && (!matches!(kind, Again::ByEar) || by_ear(&row.short_name).is_some())
        };
        let book = &customers.books[*seller].potentials;
        let Some(first) = book.iter().copied().find(fits) else { continue };
        // A colleague of the team has every other one.
        let colleague = busy.iter().find(|other| *other != seller && sellers[**other].team == sellers[*seller].team && turn % 2 == 0);
        let book = &customers.books[*colleague.unwrap_or(seller)].potentials;
        let Some(second) =
            book.iter().rev().copied().find(|index| *index != first && !used.contains(index) && usual(&customers.rows[*index]))
        else {
            continue;
        };
        used.extend([first, second]);
        let original = customers.rows[first].clone();
        write_again(kind, &original, &mut customers.rows[second]);
        if let Again::Renamed | Again::SameSite = kind {
            let (tax_number, website) = (customers.rows[second].tax_number.clone(), customers.rows[second].website.clone());
            customers.rows[first].website = website;
            if matches!(kind, Again::Renamed) {
                customers.rows[first].tax_number = tax_number;
            }
        }
    }
}

fn write_again(kind: Again, original: &customer::Model, twin: &mut customer::Model) {
    let place = |twin: &mut customer::Model| {
        twin.industry.clone_from(&original.industry);
        twin.address.clone_from(&original.address);
        if twin.longitude.is_some() && original.longitude.is_some() {
            (twin.longitude, twin.latitude) = (original.longitude, original.latitude);
        }
    };
    match kind {
        Again::Shorter => {
            twin.name = original.name.trim_end_matches("有限公司").to_owned();
            twin.short_name.clone_from(&original.short_name);
            twin.phone.clone_from(&original.phone);
            place(twin);
        }
        Again::ByEar => {
            let Some((sign, other)) = by_ear(&original.short_name) else { return };
            twin.name = original.name.replacen(sign, &other.to_string(), 1);
            twin.short_name = original.short_name.replacen(sign, &other.to_string(), 1);
            place(twin);
        }
        Again::Renamed => {
            let number: u32 = original.short_name.chars().map(u32::from).sum();
            twin.tax_number = format!("91DEMO9{number:011}");
            twin.website = site(original);
        }
        Again::SameSite => twin.website = site(original),
    }
    twin.search = search_text(&twin.name, &twin.short_name, &twin.phone);
}

fn site(original: &customer::Model) -> String {
    if original.website.is_empty() {
        let number: u32 = original.short_name.chars().map(u32::from).sum();
        return format!("https://www.c{number}.example.com");
    }
    original.website.clone()
}

/// The first sign that could have been written otherwise, and how.
fn by_ear(short_name: &str) -> Option<(char, char)> {
    short_name.chars().find_map(|sign| SOUNDS.iter().find(|(known, _)| *known == sign).copied())
}
