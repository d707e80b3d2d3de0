//! The bytes of a file: gzip or plain, with a limit on what comes out.

use flate2::read::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Cursor, Read};

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Marks that a file is larger than allowed.
#[derive(Debug, thiserror::Error)]
#[error("more than the allowed number of bytes")]
pub(crate) struct OverLimit;

/// Opens a file: gzip is recognised by its first two bytes.
///
/// Reading more than `max_bytes` of content fails with [`OverLimit`].
pub(crate) fn open<'a>(
    mut reader: impl Read + 'a,
    max_bytes: u64,
) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut head = Vec::with_capacity(GZIP_MAGIC.len());
    reader
        .by_ref()
        .take(GZIP_MAGIC.len() as u64)
        .read_to_end(&mut head)?;
    let zipped = head == GZIP_MAGIC;
    let whole = Cursor::new(head).chain(reader);
    let content: Box<dyn Read + 'a> = if zipped {
        Box::new(MultiGzDecoder::new(whole))
    } else {
        Box::new(whole)
    };
    Ok(Box::new(BufReader::with_capacity(
        64 << 10,
        Limited {
            content,
            left: max_bytes,
        },
    )))
}

struct Limited<R> {
    content: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(OverLimit)),
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::{OverLimit, open};
    use flate2::{Compression, write::GzEncoder};
    use std::io::{Read, Write};

    fn zip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn plain_and_gzip_give_the_same_content() {
        for bytes in [b"a,b\n1,2\n".to_vec(), zip(b"a,b\n1,2\n")] {
            let mut text = String::new();
            open(bytes.as_slice(), 100)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "a,b\n1,2\n");
        }
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_large_one_is_stopped() {
        let bomb = zip(&vec![b'0'; 10_000_000]);
        assert!(bomb.len() < 20_000);
        let error = open(bomb.as_slice(), 1_000_000)
            .unwrap()
            .read_to_end(&mut Vec::new());
        let error = error.unwrap_err();
        assert!(
            error.get_ref().is_some_and(|e| e.is::<OverLimit>()),
            "{error:?}"
        );
    }

    #[test]
    fn the_limit_itself_is_allowed() {
        assert_eq!(
            open([b'x'; 10].as_slice(), 10)
                .unwrap()
                .read_to_end(&mut Vec::new())
                .unwrap(),
            10
        );
        assert!(
            open([b'x'; 11].as_slice(), 10)
                .unwrap()
                .read_to_end(&mut Vec::new())
                .is_err()
        );
    }
}
