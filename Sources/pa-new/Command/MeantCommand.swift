// A name that is nearly a command, `chekc`, or a command of other tools, `serve`: what was meant by it?
//
// A project is called as its user likes, so a word is doubted only where it is plainly a slip. One edit away
// from `list` lie `lsit` and `lisst`, but also `lists`, `last` and `gist`; one edit away from `man` lies half
// of the short words of English. What makes another word, and not a slip, is one of three things:
//
// - an ending: `lists`, `updater`, `man1`. A slip at the end of a word repeats its last letter: `listt`.
// - a letter from elsewhere: `gist`, `chick`. A finger slips to the next key of the row: `lisr`, `chrck`.
//   In words of six letters and more (`deploy`, `update`, ...) hardly any letter makes another word, and any
//   wrong letter counts; in a word of three (`man`) every letter does, and only a swap counts.
// - a vowel in the place of a vowel, in the short words: `lost`, `chuck`.
//
// Of the 103 English words that are one edit away from a command (in a list of 130,000, wamerican-large) the
// rule refuses nine: completion, complexions, heck, hel, hep, kist, lis, lit and uprate. As names they need
// `pa-new -- lit`, or an option that says what to make, such as `--framework`.

/// What a word was meant to be that is no command, though somebody may think so.
struct MeantCommand: Equatable {
    /// The word, as it was typed.
    let word: String
    /// The nearest command; nil where pa-new has nothing like the command that other tools have.
    let nearest: CommandName?
    /// Whether the word is a slip, and not a command of other tools.
    let isSlip: Bool

    /// Finds out whether a word is nearly a command, or one of other tools.
    ///
    /// - Parameter word: The first word of the command line, which is no command.
    init?(_ word: String) {
        // What is longer is no slip; the bound also keeps a hostile word from being walked through.
        guard word.utf8.count <= 20 else { return nil }
        self.word = word
        if let command = CommandName.words.first(where: { isMistyped(word, of: $0.rawValue) }) {
            nearest = command
            isSlip = true
        } else if let command = Self.ofOtherTools[word.lowercased()] {
            nearest = command
            isSlip = false
        } else {
            return nil
        }
    }

    /// The commands of other tools that say what to do with a project, each with the nearest one of ours.
    ///
    /// They are verbs, commands of two or more of npm, cargo, uv, git, go, dotnet, Flask and Rails, or words
    /// of Django's that name nothing else. A word that is a thing as well, and so may be a project (`search`,
    /// `status`, `shell`, `config`, `release`, `upload`, `sync`, `watch`, `docs`, `server`), is not here.
    static let ofOtherTools: [String: CommandName?] = [
        "create": .create, "generate": .create, "init": .create, "new": .create,
        "startapp": .create, "startproject": .create,
        "run": .visit, "runserver": .visit, "serve": .visit, "start": .visit,
        "lint": .check, "test": .check,
        "upgrade": .update,
        "publish": .deploy, "push": .deploy,
        "add": nil, "build": nil, "clean": nil, "delete": nil, "install": nil, "remove": nil,
        "uninstall": nil,
    ]
}

extension Option {
    /// Whether the option says what the project is to be, or how it is to be made.
    ///
    /// That is so of every option of the main job that takes a value or that no other command knows, and not
    /// of those such as `--quiet`.
    var describesProject: Bool {
        commands.contains(.create) && (value != nil || commands == [.create])
    }

    /// Whether somebody who gives the option means a project, in spite of a name that is nearly a command.
    ///
    /// - Parameter meant: The command that the name is near to.
    /// - Returns: Whether the option describes a project, and is none of that command.
    func meansProject(insteadOf meant: MeantCommand) -> Bool {
        guard let nearest = meant.nearest, nearest != .create else { return describesProject }
        return describesProject && !commands.contains(nearest)
    }
}

/// Whether a word is what comes of mistyping a command; the head of this file says what counts.
private func isMistyped(_ word: String, of command: String) -> Bool {
    let typed = Array(word.lowercased().unicodeScalars)
    let right = Array(command.unicodeScalars)
    // Digits, marks and letters of other scripts are put there on purpose.
    guard typed.allSatisfy({ "a"..."z" ~= $0 }) else { return false }
    // Written otherwise, as LIST.
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

/// Whether a letter in the place of another is a slip, and does not make another word.
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

/// Whether two letters are neighbours in a row of the keyboard.
private func isNextKey(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
    ["qwertyuiop", "asdfghjkl", "zxcvbnm"].contains { row in
        let row = Array(row.unicodeScalars)
        guard let one = row.firstIndex(of: first), let other = row.firstIndex(of: second) else {
            return false
        }
        return abs(one - other) == 1
    }
}
