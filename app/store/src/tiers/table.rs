//! The tables of tiers.

pub mod tier_change {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tier_change")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub customer_id: Uuid,
        pub from_tier: String,
        pub to_tier: String,
        pub source: String,
        pub reason: String,
        pub at: DateTimeUtc,
        pub by_id: Option<Uuid>,
        pub undoes: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod tier_setting {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tier_setting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tier: String,
        pub name_zh: String,
        pub name_en: String,
        pub position: i32,
        pub colour: String,
        pub service: String,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
