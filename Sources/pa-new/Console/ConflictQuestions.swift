// The questions to the user about files that are in the way.

import Scaffold

/// Asks about each file that is in the way.
///
/// - Parameter project: The project, ready to be written.
/// - Returns: What to do with each file.
/// - Throws: ``QuestionsEnded`` if the user quits, ``ScaffoldError`` if a file cannot be read,
///   ``OutputError`` if a question cannot be printed.
func askAboutConflicts(
    of project: borrowing PreparedProject
) throws -> [String: ConflictRule] {
    var decisions: [String: ConflictRule] = [:]
    var rest = project.conflicts[...]
    while let path = rest.first {
        let contents = try project.contents(of: path, most: longestCompared)
        try Stream.error.write(
            "\(quoted(path)) already exists, with other contents. Replace it, and keep the old file as "
                + "\(quoted(lastName(of: path) + "~"))?\n"
                + "[y]es, [n]o, [d]ifference, [a]ll, [s]kip all, [q]uit: "
        )
        switch readAnswer().map({ $0.lowercased() }) {
        case "y"?, "yes"?: decisions[path] = .overwrite
        case "n"?, "no"?: decisions[path] = .skip
        case "d"?, "diff"?, "difference"?:
            let text =
                contents.map { difference(from: $0.old, to: $0.new, path: path) }
                ?? "one of them is too long to show\n"
            try Stream.error.write(coloured(text, Stream.error.hasColour))
            continue
        case "a"?, "all"?:
            for path in rest { decisions[path] = .overwrite }
            return decisions
        case "s"?, "skip"?, "skip all"?:
            for path in rest { decisions[path] = .skip }
            return decisions
        case "q"?, "quit"?: throw QuestionsEnded()
        case nil:
            try Stream.error.write("\n")
            throw QuestionsEnded()
        default: continue
        }
        rest.removeFirst()
    }
    return decisions
}

/// Returns the last name of a path.
private func lastName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}

/// Returns a difference, with colours if the terminal can show them.
private func coloured(_ text: String, _ hasColour: Bool) -> String {
    guard hasColour else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        switch line.first {
        case "+": "\u{1B}[32m\(line)\u{1B}[0m"
        case "-": "\u{1B}[31m\(line)\u{1B}[0m"
        default: String(line)
        }
    }.joined(separator: "\n")
}
