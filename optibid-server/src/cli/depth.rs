//! Wear by cycle depth as it is typed.

use optibid_core::asset::DepthWear;
use optibid_core::unit::{Price, Ratio};

/// One band of `--depth-wear`: its end as a share of the usable energy, a colon, its cost per MWh.
pub(super) fn depth_band(text: &str) -> Result<DepthWear, String> {
    let (up_to, cost) = text
        .split_once(':')
        .ok_or("write SHARE:COST, such as 0.5:2.00")?;
    let up_to: Ratio = up_to.parse().map_err(|error| format!("{error}"))?;
    let cost: Price = cost.parse().map_err(|error| format!("{error}"))?;
    Ok(DepthWear { up_to, cost })
}
