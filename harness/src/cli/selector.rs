//! Which cases a person means.

use globset::{GlobBuilder, GlobMatcher};

use super::trouble::Trouble;

/// A path or glob over the names of cases, a rule or the beginning of one, or a tag.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    text: String,
    glob: GlobMatcher,
}

/// What a selector looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case<'a> {
    pub(super) name: &'a str,
    pub(super) file: &'a str,
    pub(super) rules: &'a [&'a str],
    pub(super) tags: &'a [String],
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// It is neither a word nor a glob.
    pub(super) fn parse(text: &str) -> Result<Self, Trouble> {
        let text = text
            .strip_prefix("./")
            .unwrap_or(text)
            .trim_end_matches('/');
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| {
            let cause = error.kind();
            Trouble::usage(format!(
                "selector {text:?} is no glob: {cause}; write a path, a rule or a tag"
            ))
        })?;
        Ok(Self {
            text: text.to_owned(),
            glob: glob.compile_matcher(),
        })
    }

    /// As it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it means this case.
    pub(super) fn means(&self, case: &Case<'_>) -> bool {
        let text = self.text.as_str();
        begins(case.name, text)
            || begins(case.file, text)
            || self.glob.is_match(case.name)
            || case.rules.iter().any(|rule| begins(rule, text))
            || case.tags.iter().any(|tag| tag == text)
    }
}

/// Whether the path lies at or below the beginning; `aws/imp` is not the beginning of `aws/import`.
fn begins(path: &str, beginning: &str) -> bool {
    path.strip_prefix(beginning)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(selector: &str, expected: bool) {
        let case = Case {
            name: "aws/import/wrapping#oaep/rsa-2048",
            file: "scenarios/aws/import/wrapping.toml",
            rules: &["aws/parameters/algorithms"],
            tags: &["slow".to_owned()],
        };
        let means = Selector::parse(selector).unwrap().means(&case);
        assert_eq!(means, expected, "{selector}");
    }

    #[test]
    fn a_selector_is_a_path_a_glob_a_rule_or_a_tag() {
        for selector in [
            "aws",
            "aws/import/",
            "aws/import/wrapping",
            "aws/import/wrapping#oaep",
            "aws/import/wrapping#oaep/rsa-2048",
            "./scenarios/aws/import/wrapping.toml",
            "scenarios/aws",
            "aws/*/wrapping#oaep/*",
            "**/rsa-2048",
            "aws/parameters",
            "aws/parameters/algorithms",
            "slow",
        ] {
            check(selector, true);
        }
    }

    #[test]
    fn half_a_word_means_nothing() {
        for selector in ["aws/imp", "rsa-2048", "slo", "aws/parameters/algo", "*"] {
            check(selector, false);
        }
    }

    #[test]
    fn a_glob_that_cannot_be_read_is_a_usage_error() {
        let error = Selector::parse("aws/[").unwrap_err();
        assert_eq!(error.code, super::super::ExitCode::Usage);
    }
}
