//! How a request and its answer cross from the page to here and back: a head as JSON, then the body as it is.
//!
//! Four bytes say how long the head is, most significant first. Bodies are bytes: a workbook must not go through text.

use serde::Serialize;
use serde::de::DeserializeOwned;

const LENGTH: usize = 4;

/// Head and body as one.
///
/// # Errors
/// When the head cannot be written as JSON, or is longer than any head.
pub(crate) fn join<T: Serialize>(head: &T, body: &[u8]) -> Result<Vec<u8>, String> {
    let head = serde_json::to_vec(head).map_err(|error| error.to_string())?;
    let length = u32::try_from(head.len()).map_err(|error| error.to_string())?;
    let mut whole = Vec::with_capacity(LENGTH + head.len() + body.len());
    whole.extend_from_slice(&length.to_be_bytes());
    whole.extend_from_slice(&head);
    whole.extend_from_slice(body);
    Ok(whole)
}

/// Head and body of what [`join`] made.
///
/// # Errors
/// When it is none.
pub(crate) fn split<T: DeserializeOwned>(whole: &[u8]) -> Result<(T, &[u8]), String> {
    let short = || "a message that is cut off".to_owned();
    let (length, rest) = whole.split_first_chunk::<LENGTH>().ok_or_else(short)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|error| error.to_string())?;
    let (head, body) = rest.split_at_checked(length).ok_or_else(short)?;
    let head = serde_json::from_slice(head).map_err(|error| error.to_string())?;
    Ok((head, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_joined_comes_apart() {
        let whole = join(&("GET", 7), &[0, 255, 10]).unwrap();
        let (head, body): ((String, u8), _) = split(&whole).unwrap();
        assert_eq!(
            (head.0.as_str(), head.1, body),
            ("GET", 7, &[0, 255, 10][..])
        );
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let whole = join(&"a head", b"").unwrap();
        for length in 0..whole.len() {
            assert!(split::<String>(&whole[..length]).is_err(), "{length} bytes");
        }
    }
}
