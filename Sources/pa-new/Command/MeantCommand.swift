// Detects a name that is a mistyped command (`chekc`) or a command of other tools (`serve`).
//
// You can give a project any name, so pa-new refuses one only if it is clearly a slip. `lsit` and
// `lisst` are one edit away from `list`, but `lists`, `last` and `gist` are, too; half of the short
// words of English are one edit away from `man`. An edit makes another word, and is not a slip, in
// three cases:
//
// - It adds an ending: `lists`, `updater`, `man1`. A slip at the end of a word repeats the last
//   letter: `listt`.
// - It uses a letter from elsewhere on the keyboard: `gist`, `chick`. A slip hits the next key of
//   the row: `lisr`, `chrck`. In a command of six or more letters (`deploy`, `update`, ...) hardly
//   any letter makes another word, so any wrong letter is a slip. In a command of three letters
//   (`man`) every letter does, so only a swap is a slip.
// - It replaces a vowel with another vowel, in a short command: `lost`, `chuck`.
//
// A list of 130,000 English words (wamerican-large) has more than a hundred that are one edit away from a command.
// The rule refuses ten of them: completion, complexions, dad, heck, hel, hep, kist, lis, lit and
// uprate. For a project with such a name, write `pa-new -- lit`, or add an option that says what to
// make, such as `--framework`.

/// A name that the user may have meant as a command.
struct MeantCommand: Equatable {
    /// The word, as the user typed it.
    let word: String
    /// The nearest command; nil if pa-new has nothing like this command of other tools.
    let nearest: CommandName?
    /// Whether the word is a mistyped command; false for a command of other tools.
    let isSlip: Bool

    /// Returns nil if a word looks like no command of pa-new, and is no command of other tools.
    ///
    /// - Parameter word: The first argument; it is not the name of a command.
    init?(_ word: String) {
        // A longer word is not a slip. The limit also saves the work for a very long word.
        guard word.utf8.count <= 20 else { return nil }
        self.word = word
        let typed = Array(word.lowercased().unicodeScalars)
        if let command = CommandName.words.first(where: { isMistyped(typed, of: $0.rawValue) }) {
            nearest = command
            isSlip = true
        } else if let other = Self.other(word.lowercased()) {
            nearest = other.nearest
            isSlip = false
        } else {
            return nil
        }
    }

    private static func other(_ word: String) -> (word: String, nearest: CommandName?)? {
        ofOtherTools.first { $0.word == word }
    }

    /// Commands of other tools that do something with a project, each with the nearest one of
    /// pa-new.
    ///
    /// Each is a verb that two or more of npm, cargo, uv, git, go, dotnet, Flask and Rails have as
    /// a command, or a command of Django that means nothing else. A word that is also a thing can
    /// be the name of a project, so it is not in the list: `search`, `status`, `shell`, `config`,
    /// `release`, `upload`, `sync`, `watch`, `docs`, `server`.
    static let ofOtherTools: [(word: String, nearest: CommandName?)] = [
        ("create", .create), ("generate", .create), ("init", .create), ("new", .create),
        ("startapp", .create), ("startproject", .create),
        ("run", .preview), ("runserver", .preview), ("serve", .preview), ("start", .preview),
        ("lint", .check), ("test", .check),
        ("upgrade", .update),
        ("publish", .deploy), ("push", .deploy),
        ("build", nil), ("clean", nil), ("delete", nil), ("install", nil), ("remove", nil),
        ("uninstall", nil),
    ]
}

extension Option {
    /// Whether the option describes the project, or how to make it.
    ///
    /// True for each option of `create` that takes a value or that no other command has; false for
    /// options such as `--quiet`.
    var describesProject: Bool {
        commands.contains(.create)
            && (value != nil || commands.allSatisfy { [.create, .adopt].contains($0) })
    }

    /// Whether the option shows that the user means a project, although the name looks like a
    /// command.
    ///
    /// - Parameter meant: The command that the name looks like.
    /// - Returns: Whether the option describes a project, and that command does not have it.
    func meansProject(insteadOf meant: MeantCommand) -> Bool {
        guard let nearest = meant.nearest, nearest != .create else { return describesProject }
        return describesProject && !commands.contains(nearest)
    }
}

/// Whether a word is a mistyped command; see the rules at the top of this file.
private func isMistyped(_ typed: [Unicode.Scalar], of command: String) -> Bool {
    // A slip adds or takes away one letter at most; commands have letters of ASCII.
    guard abs(typed.count - command.utf8.count) <= 1 else { return false }
    // You type digits, marks and letters of other scripts on purpose.
    guard typed.allSatisfy({ "a"..."z" ~= $0 }) else { return false }
    let right = Array(command.unicodeScalars)
    // The command in capitals, such as LIST.
    if typed == right { return true }
    let same = zip(typed, right).prefix { $0 == $1 }.count
    let typedRest = typed[same...]
    let rightRest = right[same...]
    switch typed.count - right.count {
    case 0:
        let isSwap =
            typedRest.count > 1 && typedRest[same] == rightRest[same + 1]
            && typedRest[same + 1] == rightRest[same]
            && typedRest.dropFirst(2) == rightRest.dropFirst(2)
        if isSwap { return true }
        return typedRest.dropFirst() == rightRest.dropFirst()
            && isWrongLetter(typed[same], for: right[same], in: right)
    case -1:
        return right.count > 3 && typedRest == rightRest.dropFirst()
    case 1 where typedRest.dropFirst() == rightRest:
        let added = typed[same]
        let isRepeated = same > 0 && typed[same - 1] == added
        if right.count <= 3 { return false }
        if rightRest.isEmpty { return isRepeated }
        let neighbours = [same > 0 ? right[same - 1] : nil, right[same]].compactMap(\.self)
        return isRepeated || right.count >= 6 || neighbours.contains { isNextKey(added, $0) }
    default:
        return false
    }
}

/// Whether a wrong letter is a slip, and does not make another word.
private func isWrongLetter(
    _ typed: Unicode.Scalar,
    for right: Unicode.Scalar,
    in command: [Unicode.Scalar]
) -> Bool {
    if command.count >= 6 { return true }
    let vowels: [Unicode.Scalar] = ["a", "e", "i", "o", "u"]
    let isOtherVowel = vowels.contains(typed) && vowels.contains(right)
    return command.count > 3 && isNextKey(typed, right) && !isOtherVowel
}

/// Whether two letters are next to each other in a row of the keyboard.
private func isNextKey(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    ["qwertyuiop", "asdfghjkl", "zxcvbnm"].contains { row in
        let row = Array(row.unicodeScalars)
        guard let one = row.firstIndex(of: first), let other = row.firstIndex(of: second) else {
            return false
        }
        return abs(one - other) == 1
    }
}
