//! `[project]`: what the project is, where detection is to be overridden.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::domain::{PackageManager, PackageManagerName, Project};

/// What the project is. A key that is not set is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ProjectConfig {
    /// The package manager: npm, pnpm, yarn-classic, yarn-berry, bun, deno or none, or with its version, as in pnpm@9.15.0.
    pub package_manager: Option<String>,
    /// The folder that the commands run in, relative to the project's root.
    pub working_directory: Option<String>,
    /// The Node version to run with, such as 22 or 22.11.0.
    #[serde(deserialize_with = "text_or_number")]
    pub node: Option<String>,
    /// The package of a workspace to work on: its name, or its folder.
    pub package: Option<String>,
}

impl ProjectConfig {
    /// Exactly what was detected elsewhere.
    pub fn of(project: &Project) -> Self {
        let manager = project.package_manager.as_ref().map(|manager| match &manager.version {
            // What is pinned as a range names no version.
            Some(version) if is_version(version) => format!("{}@{version}", manager.name),
            _ => manager.name.to_string(),
        });
        Self {
            package_manager: manager,
            working_directory: Some(project.working_directory.clone()),
            node: project.node_version.as_ref().map(|node| node.pick.clone()),
            package: project.package.clone(),
        }
    }

    /// `package_manager`, taken apart; `None` when it is not set.
    pub fn manager(&self) -> Option<PackageManager> {
        parse_manager(self.package_manager.as_deref()?)
    }

    /// The major of `node`, and the version as written without a `v`.
    pub fn node_version(&self) -> Option<(String, String)> {
        let version = self.node.as_deref()?.trim().trim_start_matches('v');
        let major = version.split('.').next().unwrap_or_default();
        Some((major.to_owned(), version.to_owned()))
    }

    /// Refuses what cannot be meant.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |key, found: &str, allowed| {
            Err(ConfigError::OutOfRange { key, found: format!("`{found}`"), allowed })
        };
        if let Some(text) = &self.package_manager
            && parse_manager(text).is_none()
        {
            return refuse(
                "project.package_manager",
                text,
                "npm, pnpm, yarn-classic, yarn-berry, bun, deno or none, or with a version as in `pnpm@9.15.0`; plain `yarn` needs one",
            );
        }
        if let Some(folder) = &self.working_directory
            && !is_inside(folder)
        {
            return refuse(
                "project.working_directory",
                folder,
                "a folder inside of the project, with `/` and without `..`",
            );
        }
        if let (Some(text), Some((_, version))) = (&self.node, self.node_version())
            && !is_version(&version)
        {
            return refuse("project.node", text, "a version such as `22` or `22.11.0`");
        }
        if let Some(package) = self.package.as_deref().filter(|package| package.trim().is_empty()) {
            return refuse("project.package", package, "the name or folder of a package");
        }
        Ok(())
    }
}

/// `pnpm`, `pnpm@9.15.0`, `yarn@4`, `yarn-berry`.
fn parse_manager(text: &str) -> Option<PackageManager> {
    let (name, version) = match text.trim().split_once('@') {
        // A version that is none would end in a download of something else.
        Some((_, version)) if !is_version(version.split(['-', '+']).next()?) => return None,
        Some((name, version)) => (name, Some(version)),
        None => (text.trim(), None),
    };
    let name = match (name, version) {
        ("npm", _) => PackageManagerName::Npm,
        ("pnpm", _) => PackageManagerName::Pnpm,
        ("bun", _) => PackageManagerName::Bun,
        ("deno", _) => PackageManagerName::Deno,
        ("none", None) => PackageManagerName::None,
        ("yarn-classic", _) => PackageManagerName::YarnClassic,
        ("yarn", Some(version)) if version.split('.').next() == Some("1") => {
            PackageManagerName::YarnClassic
        }
        ("yarn-berry", _) | ("yarn", Some(_)) => PackageManagerName::YarnBerry,
        _ => return None,
    };
    Some(PackageManager { name, version: version.map(str::to_owned), hash: None })
}

/// One to three numbers between dots.
fn is_version(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let is_number =
        |part: &&str| (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() <= 3 && parts.iter().all(is_number)
}

fn is_inside(folder: &str) -> bool {
    !folder.is_empty()
        && !folder.starts_with('/')
        && !folder.contains(['\\', '\0', ':'])
        && folder.split('/').all(|part| part != "..")
}

/// `node = 22` is as good as `node = "22"`.
fn text_or_number<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    struct Visitor;

    impl serde::de::Visitor<'_> for Visitor {
        type Value = Option<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a version in quotes, such as \"22.11.0\", or a whole number")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Some(text.to_owned()))
        }

        fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Some(number.to_string()))
        }

        // JSON, as in a bundle, writes what is not set.
        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    }

    deserializer.deserialize_any(Visitor)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn project(text: &str) -> Result<ProjectConfig, String> {
        let loaded = Config::parse(&format!("[project]\n{text}\n"));
        loaded.map(|loaded| loaded.config.project).map_err(|error| error.to_string())
    }

    #[test]
    fn managers_are_taken_apart() {
        let cases = [
            ("pnpm", PackageManagerName::Pnpm, None),
            ("pnpm@9.15.0", PackageManagerName::Pnpm, Some("9.15.0")),
            ("yarn@1.22.22", PackageManagerName::YarnClassic, Some("1.22.22")),
            ("yarn@4", PackageManagerName::YarnBerry, Some("4")),
            ("yarn-berry", PackageManagerName::YarnBerry, None),
            ("none", PackageManagerName::None, None),
        ];
        for (text, name, version) in cases {
            let manager = project(&format!("package_manager = \"{text}\"")).unwrap().manager();
            let expected = PackageManager { name, version: version.map(str::to_owned), hash: None };
            assert_eq!(manager, Some(expected), "{text}");
        }
    }

    #[test]
    fn node_may_be_a_number() {
        let node = |text: &str| project(&format!("node = {text}")).unwrap().node_version();
        assert_eq!(node("22"), Some(("22".into(), "22".into())));
        assert_eq!(node("\"v20.11.1\""), Some(("20".into(), "20.11.1".into())));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_its_key() {
        for (text, key) in [
            ("package_manager = \"yarn\"", "project.package_manager"),
            ("package_manager = \"cargo\"", "project.package_manager"),
            ("package_manager = \"pnpm@latest\"", "project.package_manager"),
            ("working_directory = \"../x\"", "project.working_directory"),
            ("working_directory = \"/x\"", "project.working_directory"),
            ("working_directory = \"\"", "project.working_directory"),
            ("node = \"lts\"", "project.node"),
            ("node = -3", "project.node"),
            ("package = \" \"", "project.package"),
        ] {
            let error = project(text).unwrap_err();
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn the_configuration_survives_json() {
        let config = Config::default();
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    }
}
