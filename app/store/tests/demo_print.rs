use store::demo::*;
use chrono::*;
use std::collections::*;
#[test]
fn print() {
    let scale: f64 = std::env::var("SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    let seed: u64 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(SEED);
    let t = std::time::Instant::now();
    let c = generate(&Options { scale, seed, ..Options::default() });
    println!("generated in {:?}", t.elapsed());
    println!("people {} cust {} contacts {} deals {} trans {} fu {} tasks {}", c.people.len(), c.customers.len(), c.contacts.len(), c.deals.len(), c.transitions.len(), c.follow_ups.len(), c.tasks.len());
    let start = NaiveDate::from_ymd_opt(2024,7,1).unwrap();
    let std = c.pipelines[0].id;
    let pos: HashMap<_,_> = c.stages.iter().map(|s| (s.id, s.position)).collect();
    let mut reach: HashMap<_, i32> = HashMap::new();
    for t in &c.transitions { if t.kind!="undo" { if let Some(to)=t.to_stage_id { let e=reach.entry(t.deal_id).or_insert(0); *e=(*e).max(pos[&to]); } } }
    let mut r=[0;6]; let mut open=BTreeMap::new(); let mut outc=BTreeMap::new();
    let mut months: BTreeMap<String,(i64,usize)> = BTreeMap::new();
    let mut cyc: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let mut wl: BTreeMap<&str,(usize,usize)> = BTreeMap::new();
    let mut avg: BTreeMap<usize,(i64,i64)> = BTreeMap::new();
    for d in &c.deals {
        let s = d.pipeline_id==std;
        if s && d.first_contact_on>=start { for k in 1..=reach[&d.id] { r[k as usize]+=1; } }
        if d.outcome=="open" { *open.entry((!s, pos[&d.stage_id])).or_insert(0)+=1; }
        *outc.entry((!s, d.outcome.clone())).or_insert(0)+=1;
        let half = |on: NaiveDate| match (on.year(), on.month()) {(2025,1..=6)=>"H1-25",(2026,1..=6)=>"H1-26",(2024,_)=>"H2-24",_=>"H2-25"};
        if let Some(on)=d.closed_on { if on>=start {
            if d.outcome=="won" && d.currency=="CNY" { let e=months.entry(format!("{}",on.format("%Y-%m"))).or_default(); e.0+=d.amount_minor/100; e.1+=1; let a=avg.entry(d.pipeline_id.as_u128() as usize).or_default(); a.0+=d.amount_minor/100; a.1+=1;}
            if s && d.outcome=="won" { cyc.entry(half(on)).or_default().push((on-d.first_contact_on).num_days()); }
            if s && reach[&d.id]>=3 { let e=wl.entry(half(on)).or_default(); if d.outcome=="won" {e.0+=1} else if d.outcome=="lost" {e.1+=1} }
        }}
    }
    println!("reach {r:?}\nopen {open:?}\noutcomes {outc:?}");
    for (m,(s,n)) in &months { println!("{m} {:.2}M {n}", *s as f64/1e6); }
    let h=|ms:&[&str]| months.iter().filter(|(m,_)| ms.iter().any(|x| m.starts_with(x))).map(|(_,v)| v.0).sum::<i64>() as f64/1e6;
    let a=h(&["2025-01","2025-02","2025-03","2025-04","2025-05","2025-06"]); let b=h(&["2026"]);
    println!("H1-25 {a} H1-26 {b} growth {}", b/a-1.0);
    for (k,mut v) in cyc { v.sort(); println!("{k} n {} mean {:.1} p50 {}", v.len(), v.iter().sum::<i64>() as f64/v.len() as f64, v[v.len()/2]); }
    println!("winrate {:?}", wl.iter().map(|(k,(w,l))| (k, *w as f64/(w+l) as f64)).collect::<Vec<_>>());
    println!("avg {:?}", avg.values().map(|(s,n)| s/n).collect::<Vec<_>>());
    let mut kinds=BTreeMap::new(); for t in &c.transitions { *kinds.entry(t.kind.clone()).or_insert(0)+=1; } println!("{kinds:?}");
    let as_of=AS_OF; let mut nx=[0;4]; let mut od=0; let mut idle=0; let mut ages: BTreeMap<(bool,i32),Vec<i64>>=BTreeMap::new();
    let mut perowner: BTreeMap<String,(usize,i64)>=BTreeMap::new();
    let names: HashMap<_,_>=c.people.iter().map(|p|(p.id,p.email.clone())).collect();
    for d in c.deals.iter() {
        let e=perowner.entry(names[&d.owner_id].clone()).or_default();
        if d.outcome=="won" && d.closed_on.unwrap().year()==2026 {e.1+=d.amount_minor/100}
        if d.outcome!="open" {continue}
        e.0+=1;
        nx[match d.next_on {None=>3,Some(x) if x>as_of=>0,Some(x) if x==as_of=>1,_=>2}]+=1; if d.expected_close_on.is_some_and(|x| x<as_of) {od+=1} if (as_of-d.active_on).num_days()>30 {idle+=1}
        ages.entry((d.pipeline_id!=std,pos[&d.stage_id])).or_default().push((as_of-d.stage_since).num_days()); }
    println!("next {nx:?} overdue close {od} idle {idle}");
    for (k,v) in &mut ages { v.sort(); println!("{k:?} ages {v:?}"); }
    println!("{perowner:#?}");
    // stays p80 last year
    let mut by: HashMap<_,Vec<&_>>=HashMap::new(); for t in &c.transitions { by.entry(t.deal_id).or_default().push(t); }
    let mut stays: BTreeMap<(bool,i32),Vec<i64>>=BTreeMap::new();
    for (_,ts) in by { for w in ts.windows(2) { if w[1].at.date_naive()>as_of-Days::new(365) && w[0].to_stage_id==w[1].from_stage_id && w[0].to_stage_id.is_some() { stays.entry((w[0].pipeline_id!=std,pos[&w[0].to_stage_id.unwrap()])).or_default().push((w[1].at-w[0].at).num_days()); } } }
    let mut stalled=(0,0);
    for (k,v) in &mut stays { v.sort(); let p=v[v.len()*8/10]; println!("{k:?} n {} p50 {} p80 {p}", v.len(), v[v.len()/2]); if let Some(a)=ages.get(k) { stalled.1+=a.len(); stalled.0+=a.iter().filter(|x| **x>p).count(); println!("   stalled {}/{}", a.iter().filter(|x| **x>p).count(), a.len()); } }
    println!("stalled {stalled:?}");
    let mut rev: HashMap<_,i64>=HashMap::new(); for d in &c.deals { if d.outcome=="won" && d.currency=="CNY" { *rev.entry(d.customer_id).or_default()+=d.amount_minor; } }
    let mut v: Vec<i64>=rev.values().copied().collect(); v.sort(); v.reverse(); let tot:i64=v.iter().sum(); let n=(620.0*scale) as usize/5; println!("buyers with revenue {} top20% share {:.3}", v.len(), v.iter().take(n).sum::<i64>() as f64/tot as f64);
    for d in c.deals.iter().filter(|d| d.outcome=="open").take(6) { println!("{} | {} | {} | {}", d.title, d.amount_minor, d.next_step, d.note); }
    for f in c.follow_ups.iter().step_by(3001) { println!("{} {} | {} | {} {:?}", f.at, f.kind, f.content, f.next_step, f.next_on); }
    for f in c.customers.iter().step_by(137) { println!("{} {} {} {} {} {} {}", f.name, f.short_name, f.phone, f.tier, f.address, f.website, f.created_at); }
    for f in c.tasks.iter().step_by(31) { println!("{} {:?} {:?} {}", f.title, f.due_on, f.done_at, f.created_at); }
    for p in c.people.iter() { println!("{} {} {} {:?} {}", p.email, p.name, p.role, p.hired_on, p.demo_offer); }
}
