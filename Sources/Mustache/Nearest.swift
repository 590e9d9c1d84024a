// Finds the known word nearest to an unknown one, for "did you mean". The engine uses it for names
// and partials, and the rest of the tool for commands, options and values.

/// Returns the candidate that is the fewest edits away from a word, for "did you mean".
///
/// An edit is a letter added, removed or changed, or two neighbours swapped (the optimal string
/// alignment distance). Upper and lower case count as the same letter.
///
/// - Parameters:
///   - word: What was typed.
///   - candidates: The valid words. If several are equally near, the first of them is returned.
/// - Returns: The nearest candidate, or nil if even that one is too different.
package func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  // A longer word is not a typing error, and the cost of the table below is quadratic.
  guard word.utf8.count <= 100 else { return nil }
  let typed = Array(word.lowercased().unicodeScalars)
  var best: (candidate: String, distance: Int)?
  for candidate in candidates {
    let scalars = Array(candidate.lowercased().unicodeScalars)
    let distance = editDistance(typed, scalars)
    let isPrefix = typed.count >= 2 && scalars.starts(with: typed)
    let maxDistance = max(1, max(typed.count, scalars.count) / 3)
    // A candidate that shares no letter with the word was not meant.
    guard isPrefix || (distance <= maxDistance && distance < typed.count) else { continue }
    let rank = isPrefix ? min(distance, 1) : distance
    if best.map({ rank < $0.distance }) ?? true { best = (candidate, rank) }
  }
  return best?.candidate
}

/// Returns how many edits lie between two words.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, scalar) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var edits = min(last[column + 1] + 1, current[column] + 1)
      edits = min(edits, last[column] + (scalar == other ? 0 : 1))
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
        edits = min(edits, beforeLast[column - 1] + 1)
      }
      current.append(edits)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
