// The arguments of the command line, sorted: which command, which options, which words between them.

import Mustache
import Scaffold

/// The arguments, sorted into options and the words between them.
struct CommandLineArguments {
    /// The words that are no options, in their order, that of the command included.
    private var positionals: [String] = []
    /// The first of them that stands after `--`, and so is a name, even one that is a command otherwise.
    private var namesOnlyFrom = Int.max
    /// The options with their values, in their order.
    private var given: [(option: Option, value: String)] = []

    /// Sorts the arguments.
    init(_ arguments: [String], options: [Option]) throws(ArgumentError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                namesOnlyFrom = positionals.count
                positionals += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                positionals.append(word)
                continue
            }
            let (spelling, attached) = splitAtEquals(word)
            guard let option = find(spelling, in: options) else {
                throw .unknownOption(spelling, nearest: suggestion(for: spelling, in: options))
            }
            let value = try Self.value(of: option, spelling, attached, &rest)
            if !option.isRepeatable, has(option.name) { throw .repeated(option.long) }
            given.append((option, value))
        }
    }

    /// Takes the value of an option: what `=` attaches to it, or the next argument.
    private static func value(
        of option: Option,
        _ spelling: String,
        _ attached: String?,
        _ rest: inout ArraySlice<String>
    ) throws(ArgumentError) -> String {
        guard let placeholder = option.value else {
            if let attached { throw .unexpectedValue(spelling, value: attached) }
            return ""
        }
        if let attached { return attached }
        guard let next = rest.first, !next.hasPrefix("-") || next == "-" else {
            throw .missingValue(spelling, placeholder: placeholder, next: rest.first)
        }
        rest.removeFirst()
        return next
    }

    /// The command that the first word names; any other word is the name of a project.
    var command: CommandName {
        guard namesOnlyFrom > 0, let word = positionals.first else { return .create }
        return CommandName.words.first { $0.rawValue == word } ?? .create
    }

    /// The words of the command: all of them for the main job, which has no word of its own.
    var operands: [String] {
        Array(command == .create ? positionals[...] : positionals.dropFirst())
    }

    /// Whether an option is given.
    func has(_ name: Option.Name) -> Bool { given.contains { $0.option.name == name } }

    /// The value of an option; nil where it is not given.
    func value(_ name: Option.Name) -> String? { values(name).first }

    /// The values of an option that can be repeated.
    func values(_ name: Option.Name) -> [String] {
        given.filter { $0.option.name == name }.map(\.value)
    }

    /// The command that the name of a project nearly is.
    var meantCommand: MeantCommand? {
        guard command == .create, namesOnlyFrom > 0 else { return nil }
        return positionals.first.flatMap { MeantCommand($0) }
    }

    /// Whether a project may be meant: there is one name, and no option of other commands alone.
    var canMeanProject: Bool {
        operands.count == 1 && given.allSatisfy { $0.option.commands.contains(.create) }
    }

    /// Whether an option says that a project is meant, in spite of a name that is nearly a command.
    func meansProject(insteadOf meant: MeantCommand) -> Bool {
        given.contains { $0.option.meansProject(insteadOf: meant) }
    }

    /// Checks that a command knows the options, and takes so many words.
    func checkBelongs(to command: CommandName) throws(ArgumentError) {
        for entry in given where !entry.option.commands.contains(command) {
            throw .optionOfAnotherCommand(
                entry.option.long,
                command: command,
                owners: entry.option.commands
            )
        }
        let most = command.positionals.count
        guard operands.count > most else { return }
        throw command == .create
            ? .secondName(operands[most], first: operands[0])
            : .unexpected(operands[most], command: command)
    }
}

/// Returns an option and the value that `=` attaches to it.
private func splitAtEquals(_ word: String) -> (spelling: String, value: String?) {
    guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
}

private func find(_ spelling: String, in options: [Option]) -> Option? {
    options.first { option in
        option.long == spelling || option.short.map { "-\($0)" == spelling } ?? false
    }
}

/// Returns the option that an unknown one was meant to be.
private func suggestion(for spelling: String, in options: [Option]) -> String? {
    let word = String(spelling.drop { $0 == "-" })
    return nearest(to: word, in: options.map(\.name.rawValue)).map { "--" + $0 }
}
