//! Where a project's own CPU time goes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::function::{TouchedFunction, Touches};
use crate::domain::Ratio;

/// Code that takes less than this share of the project's own CPU time is cold.
const COLD_BELOW: f64 = 0.001;

/// Where the CPU time of a project's own code goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Heat {
    /// The command that ran while the profile was taken.
    pub profiled: String,
    /// CPU time of the project's own code and all that it called, in
    /// microseconds.
    pub own_us: u64,
    /// The functions that were seen.
    pub functions: Vec<FunctionHeat>,
}

/// One function of the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionHeat {
    /// The file, relative to the project root.
    pub path: String,
    /// Its name as the engine gives it.
    pub function: String,
    /// Its share of `own_us`, with all that it calls.
    pub share: Ratio,
    /// The share of `own_us` that is spent in the function itself, and in what
    /// the engine does for it.
    #[serde(default)]
    pub own: Ratio,
}

impl Heat {
    /// The share of the hottest of these functions. `None` when nothing was
    /// sampled in any of their files: what ran may be a build of them. A
    /// function that was not seen in a file that was has a share of 0.
    pub fn share_of(&self, touches: &Touches) -> Option<Ratio> {
        let is_seen = touches
            .functions
            .iter()
            .any(|function| self.functions.iter().any(|one| one.path == function.path));
        if self.own_us == 0 || !is_seen {
            return None;
        }
        let shares = touches.functions.iter().map(|function| self.of(function)[0].0);
        Some(Ratio(shares.fold(0.0, f64::max)))
    }

    /// The share of a function with all that it calls, and of itself; `None`
    /// as for [`Heat::share_of`].
    pub fn shares_of(&self, function: &TouchedFunction) -> Option<[Ratio; 2]> {
        let is_seen = self.functions.iter().any(|one| one.path == function.path);
        (self.own_us > 0 && is_seen).then(|| self.of(function))
    }

    /// Whether code with this share is cold.
    pub fn is_cold(share: Ratio) -> bool {
        share.0 < COLD_BELOW
    }

    fn of(&self, function: &TouchedFunction) -> [Ratio; 2] {
        let own_name = function.name.rsplit(['.', '/', '#']).next().unwrap_or_default();
        let shares = |name: &str| {
            let found = self
                .functions
                .iter()
                .filter(|one| one.path == function.path && one.function == name)
                .map(|one| [one.share, one.own]);
            found.reduce(|most, one| if one[0] > most[0] { one } else { most })
        };
        let found = shares(&function.name).or_else(|| shares(own_name));
        found.or_else(|| shares(&format!("#{own_name}"))).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Judged;

    fn touches(names: &[&str]) -> Touches {
        let function = |(id, name): (usize, &&str)| TouchedFunction {
            id: u32::try_from(id).unwrap(),
            path: "src/a.js".into(),
            name: (*name).to_owned(),
            line: 1,
            judged: Judged::Detached,
        };
        Touches { functions: names.iter().enumerate().map(function).collect(), outside: None }
    }

    fn heat() -> Heat {
        let function = |path: &str, function: &str, share| FunctionHeat {
            path: path.into(),
            function: function.into(),
            share: Ratio(share),
            own: Ratio(share / 2.0),
        };
        Heat {
            profiled: "npm test".into(),
            own_us: 1000,
            functions: vec![
                function("src/a.js", "walk", 0.5),
                function("src/a.js", "parse", 0.2),
                function("src/b.js", "cold", 0.9),
            ],
        }
    }

    #[test]
    fn the_hottest_function_counts_and_the_file_matters() {
        assert_eq!(heat().share_of(&touches(&["parse", "Graph.walk"])), Some(Ratio(0.5)));
        assert_eq!(heat().share_of(&touches(&["cold"])), Some(Ratio(0.0)));
        assert!(Heat::is_cold(Ratio(0.0)));
        let own = heat().shares_of(&touches(&["Graph.walk"]).functions[0]);
        assert_eq!(own, Some([Ratio(0.5), Ratio(0.25)]));
    }

    #[test]
    fn without_samples_nothing_is_said() {
        assert_eq!(Heat { own_us: 0, ..heat() }.share_of(&touches(&["parse"])), None);
        assert_eq!(heat().share_of(&touches(&[])), None);
    }
}
