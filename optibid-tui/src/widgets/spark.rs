//! A course of values as a line of blocks.

/// The level of a value between the least and the greatest, 0 to 7.
pub(crate) fn level(value: i64, low: i64, high: i64) -> usize {
    let span = i128::from(high) - i128::from(low);
    if span <= 0 {
        return 3;
    }
    let at = (i128::from(value) - i128::from(low)) * 7 + span / 2;
    usize::try_from((at / span).clamp(0, 7)).unwrap_or(0)
}

/// The least and the greatest of the values that are there.
pub(crate) fn range(values: impl IntoIterator<Item = Option<i64>>) -> Option<(i64, i64)> {
    values.into_iter().flatten().fold(None, |range, value| {
        let (low, high) = range.unwrap_or((value, value));
        Some((value.min(low), value.max(high)))
    })
}

/// Values drawn together to that many: the mean of each group, none where a group has none.
pub(crate) fn means(values: &[Option<i64>], groups: usize) -> Vec<Option<i64>> {
    let mean = |part: &[Option<i64>]| {
        let (sum, count) = part
            .iter()
            .flatten()
            .fold((0_i128, 0_i128), |(sum, count), v| {
                (sum + i128::from(*v), count + 1)
            });
        (count > 0).then(|| i64::try_from(sum / count).unwrap_or(i64::MAX))
    };
    let (len, groups) = (values.len(), groups.min(values.len()));
    let part = |i: usize| {
        values
            .get(i * len / groups..(i + 1) * len / groups)
            .unwrap_or(&[])
    };
    (0..groups).map(|i| mean(part(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_span_the_range_and_means_keep_gaps() {
        assert_eq!(
            [level(0, 0, 70), level(70, 0, 70), level(5, 5, 5)],
            [0, 7, 3]
        );
        assert_eq!(level(i64::MAX, i64::MIN, i64::MAX), 7);
        let values = [Some(1), Some(3), None, None];
        assert_eq!(means(&values, 2), [Some(2), None]);
        assert_eq!(means(&values, 9).len(), 4);
        assert!(means(&[], 3).is_empty());
    }
}
