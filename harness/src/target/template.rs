use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use strum::{Display, EnumString, IntoEnumIterator};

/// A text with variables in it, such as `--port=${port}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Template(#[schemars(with = "String")] Vec<Piece>);

/// What a target file may leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, strum::EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum Variable {
    /// The port that a launched process listens on.
    Port,
    /// A fresh folder that a launched process may write to.
    Dir,
    /// The Region that requests are signed for.
    Region,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

impl Template {
    /// The text, with every variable replaced by what `value` gives for it.
    pub fn fill(&self, value: impl Fn(Variable) -> String) -> String {
        let filled = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(variable) => value(*variable),
        });
        filled.collect()
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Variable(variable) => Some(*variable),
        })
    }
}

impl FromStr for Template {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                return Err(format!(
                    "{text:?} opens a variable with \"${{\" and never closes it"
                ));
            };
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Variable(variable(name)?));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }
}

fn variable(name: &str) -> Result<Variable, String> {
    name.parse().map_err(|_| {
        let known: Vec<String> = Variable::iter()
            .map(|known| format!("${{{known}}}"))
            .collect();
        format!(
            "unknown variable ${{{name}}}; known are {}",
            known.join(", ")
        )
    })
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => f.write_str(text),
            Piece::Variable(variable) => write!(f, "${{{variable}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_template_has_its_variables_replaced_and_nothing_else() {
        let fill = |text: &str| {
            let template: Template = text.parse().unwrap();
            assert_eq!(template.to_string(), text);
            template.fill(|variable| format!("<{variable}>"))
        };
        assert_eq!(fill(""), "");
        assert_eq!(fill("${port}"), "<port>");
        assert_eq!(
            fill("127.0.0.1:${port}, ${dir}/x$y"),
            "127.0.0.1:<port>, <dir>/x$y"
        );
    }

    #[test]
    fn a_variable_that_nobody_knows_is_refused() {
        let refusal = |text: &str| text.parse::<Template>().unwrap_err();
        assert_eq!(
            refusal("${prot}"),
            "unknown variable ${prot}; known are ${port}, ${dir}, ${region}"
        );
        assert_eq!(
            refusal("${port"),
            "\"${port\" opens a variable with \"${\" and never closes it"
        );
    }
}
