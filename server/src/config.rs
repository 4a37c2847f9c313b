//! Settings: defaults, then a file, then the environment.

use chrono::NaiveDate;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Deserialize)]
pub struct Settings {
    /// Where to listen; the loopback address unless it is set.
    pub address: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Folder of the built site; found beside the binary if not set.
    #[serde(default)]
    pub site: Option<PathBuf>,
    /// Live on this day instead of today: for demo data and tests.
    #[serde(default)]
    pub day: Option<NaiveDate>,
    /// Mark cookies as `Secure`; set it behind HTTPS.
    pub secure_cookies: bool,
    /// Filter of the log, as in `info,store=debug`.
    pub log: String,
}

/// Reads `file`, or `weir.toml` if it exists, and the environment.
pub fn load(file: Option<&Path>) -> Result<Settings, config::ConfigError> {
    let mut builder = config::Config::builder()
        .set_default("address", "127.0.0.1:3000")?
        .set_default("database", "sqlite:data/weir.db")?
        .set_default("secure_cookies", false)?
        .set_default("log", "info")?;
    builder = match file {
        Some(file) => builder.add_source(config::File::from(file)),
        None => builder.add_source(config::File::with_name("weir").required(false)),
    };
    builder = builder.set_override_option("database", std::env::var("DATABASE_URL").ok())?;
    builder.add_source(config::Environment::with_prefix("WEIR")).build()?.try_deserialize()
}

impl Settings {
    /// The database's address without its password, for people to read.
    pub fn shown_database(&self) -> String {
        let Some((scheme, rest)) = self.database.split_once("://") else { return self.database.clone() };
        match rest.split_once('@') {
            Some((user, place)) => format!("{scheme}://{}:…@{place}", user.split(':').next().unwrap_or_default()),
            None => self.database.clone(),
        }
    }

    /// The folder that holds the database, if it is a file.
    pub fn data_folder(&self) -> Option<PathBuf> {
        let path = self.database.strip_prefix("sqlite:")?.trim_start_matches("//");
        Path::new(path).parent().map(|folder| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
    }

    /// The folder of the built site: as set, beside the binary, or where a
    /// build in the checkout puts it.
    pub fn site_folder(&self) -> Option<PathBuf> {
        if let Some(site) = &self.site {
            return site.join("pkg").is_dir().then(|| site.clone());
        }
        let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("site")));
        let candidates = [beside, Some(PathBuf::from("target/site"))];
        candidates.into_iter().flatten().find(|path| path.join("pkg").is_dir())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(database: &str) -> Settings {
        Settings {
            address: "127.0.0.1:0".parse().unwrap(),
            database: database.into(),
            site: None,
            day: None,
            secure_cookies: false,
            log: String::new(),
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(with("postgres://weir:secret@127.0.0.1/weir").shown_database(), "postgres://weir:…@127.0.0.1/weir");
        assert_eq!(with("postgres://127.0.0.1/weir").shown_database(), "postgres://127.0.0.1/weir");
        assert_eq!(with("sqlite:data/weir.db").shown_database(), "sqlite:data/weir.db");
    }

    #[test]
    fn only_a_file_has_a_folder() {
        assert_eq!(with("sqlite:data/weir.db").data_folder(), Some(PathBuf::from("data")));
        assert_eq!(with("sqlite:weir.db").data_folder(), Some(PathBuf::from(".")));
        assert_eq!(with("postgres://127.0.0.1/weir").data_folder(), None);
    }
}
