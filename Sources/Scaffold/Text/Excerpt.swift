// The part of a line that an error shows.

import Mustache

extension Mustache.Failure {
    /// The line with the mistake, or the part of it around the mistake if the line is very long.
    var excerpt: String {
        let most = 160
        let line = lineText.unicodeScalars
        guard line.count > most else { return lineText }
        // The columns begin with 1.
        let before = max(0, min(location.column - 1 - most / 2, line.count - most))
        let part = String(String.UnicodeScalarView(line.dropFirst(before).prefix(most)))
        return (before > 0 ? "…" : "") + part + (before + most < line.count ? "…" : "")
    }
}
