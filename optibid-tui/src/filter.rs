//! Which rows are shown.

/// Words that a row must have, or must not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    words: Vec<String>,
    inverse: bool,
}

impl Filter {
    /// Reads `words` or `!words`; none where there are no words.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (inverse, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let words: Vec<String> = rest.split_whitespace().map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self { words, inverse })
    }

    /// Whether a row is shown: all of the words are in it, in any case and order; inverse: not all of them are.
    #[must_use]
    pub fn shows(&self, row: &str) -> bool {
        let row = row.to_lowercase();
        self.words.iter().all(|word| row.contains(word.as_str())) != self.inverse
    }
}

impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.inverse { "!" } else { "" };
        write!(f, "{mark}{}", self.words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_count_and_an_exclamation_mark_turns_them_round() {
        let both = Filter::parse("DAM sub").unwrap();
        assert!(both.shows("submitted ERCOT dam"));
        assert!(!both.shows("draft ERCOT DAM"));
        let not = Filter::parse("!settled").unwrap();
        assert!(not.shows("draft") && !not.shows("Settled"));
        assert_eq!(Filter::parse(" ! "), None);
    }
}
