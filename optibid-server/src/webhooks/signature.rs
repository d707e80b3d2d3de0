//! Signatures as Standard Webhooks 1.0.0 says: HMAC-SHA-256 over `id.timestamp.body`, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use optibid_core::webhook::WebhookSecret;
use sha2::Sha256;

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;

/// A fresh secret.
#[expect(
    clippy::expect_used,
    reason = "without randomness no secret may be given out at all"
)]
pub(super) fn new_secret() -> WebhookSecret {
    let mut random = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut random).expect("the system's random source answers");
    WebhookSecret::from_base64(&STANDARD.encode(random))
}

/// The value of `webhook-signature`: a signature for each secret; none when a secret is not one of ours.
pub(super) fn signatures(
    secrets: &[WebhookSecret],
    (id, seconds, body): (&str, i64, &str),
) -> Option<String> {
    let sign = |secret: &WebhookSecret| {
        let bytes = secret.expose().strip_prefix(WebhookSecret::PREFIX)?;
        let key = STANDARD.decode(bytes).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        let digest = mac.finalize().into_bytes();
        Some(format!("v1,{}", STANDARD.encode(digest)))
    };
    let signed: Option<Vec<String>> = secrets.iter().map(sign).collect();
    signed.map(|signed| signed.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest;

    const MESSAGE: (&str, i64, &str) = (
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        r#"{"test": 2432232314}"#,
    );

    /// The test vector of the reference libraries (standard-webhooks, `sign function works`).
    #[test]
    fn the_published_message_has_the_published_signature() {
        let secret = WebhookSecret::from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert_eq!(
            signatures(&[secret], MESSAGE).unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    /// HMAC as RFC 2104 writes it, from nothing but the hash.
    fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut block = [0_u8; 64];
        block[..key.len()].copy_from_slice(key);
        let pad = |with: u8| block.map(|byte| byte ^ with);
        let inner = Sha256::digest([&pad(0x36)[..], message].concat());
        Sha256::digest([&pad(0x5c)[..], &inner].concat()).to_vec()
    }

    #[test]
    fn every_secret_signs_and_a_second_method_agrees() {
        let secrets = [new_secret(), new_secret()];
        let signed = signatures(&secrets, MESSAGE).unwrap();
        let signed: Vec<_> = signed.split(' ').collect();
        assert_eq!(signed.len(), 2);
        let text = format!("{}.{}.{}", MESSAGE.0, MESSAGE.1, MESSAGE.2);
        for (secret, signed) in secrets.iter().zip(signed) {
            let key = STANDARD.decode(&secret.expose()[6..]).unwrap();
            assert_eq!(key.len(), SECRET_BYTES, "24 to 64 bytes are asked for");
            let wanted = format!("v1,{}", STANDARD.encode(hmac(&key, text.as_bytes())));
            assert_eq!(signed, wanted);
        }
        assert_ne!(secrets[0], secrets[1]);
    }

    #[test]
    fn a_text_that_is_no_secret_signs_nothing() {
        let broken = WebhookSecret::from_base64("not base64!");
        assert_eq!(signatures(&[broken], MESSAGE), None);
    }
}
