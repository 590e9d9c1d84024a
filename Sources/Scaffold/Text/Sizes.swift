// Numbers as people read them.

/// Returns a size in the largest unit that it has a whole number of; a large one is rounded down.
///
/// - Parameter bytes: The size.
/// - Returns: Such as `1 GiB` or `1000 bytes`.
func size(_ bytes: Int) -> String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << shift {
        let isWhole = bytes & ((1 << shift) - 1) == 0
        if isWhole || bytes >= 10 << shift && shift > 10 { return "\(bytes >> shift) \(unit)" }
    }
    return "\(grouped(bytes)) bytes"
}

/// Returns a whole number from 0, with a comma after each three digits: `10,000,000`.
func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.indices.map { index in
        let rest = digits.count - index
        return (index > 0 && rest % 3 == 0 ? "," : "") + String(digits[index])
    }.joined()
}
