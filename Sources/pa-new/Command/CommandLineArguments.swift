// Sorts the arguments of the command line into the command, the options and the other arguments.

import Mustache
import Scaffold

/// The arguments, sorted into options and positional arguments.
struct CommandLineArguments {
    /// The arguments that are not options, in their order; the name of the command is one of them.
    private var positionals: [String] = []
    /// The index of the first positional argument after `--`.
    ///
    /// From there on each argument is a name, even if it is spelled like a command.
    private var namesOnlyFrom = Int.max
    /// All options.
    private let options: OptionTable
    /// The options with their values, in their order.
    private var given: [(option: Option, value: String, spelling: String)] = []

    /// Sorts the arguments.
    init(_ arguments: [String], options: OptionTable) throws(ArgumentError) {
        self.options = options
        // Made at most once, however many options are given.
        lazy var all = options.all
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
            let command = command
            var (spelling, attached) = splitAtEquals(word)
            // Only one option of a command has a spelling.
            var found =
                find(spelling, in: options.usual.filter { $0.commands.contains(command) })
                ?? find(spelling, in: all.filter { $0.commands.contains(command) })
                ?? find(spelling, in: all)
            if found == nil, command == .visit {
                let own = all.filter { $0.commands.contains(command) }
                if let parts = splitAfterLetter(word, options: own) {
                    (spelling, attached) = parts
                    found = find(spelling, in: own)
                }
            }
            guard let option = found else {
                let ofCurl = command == .visit ? Option.ofCurl[spelling]?.long : nil
                throw .unknownOption(
                    spelling,
                    nearest: ofCurl ?? suggestion(for: spelling, in: all)
                )
            }
            let value = try Self.value(of: option, spelling, attached, &rest)
            if !option.isRepeatable, has(option.name) { throw .repeated(option.long) }
            given.append((option, value, spelling))
        }
    }

    /// Takes the value of an option: the text after `=`, or the next argument.
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

    /// The command that the first argument names; any other argument is the name of a project.
    var command: CommandName {
        guard namesOnlyFrom > 0, let word = positionals.first else { return .create }
        return CommandName.words.first { $0.rawValue == word } ?? .create
    }

    /// The positional arguments without the name of the command.
    ///
    /// `create` has no name to type, so all of them belong to it.
    var operands: [String] {
        Array(command == .create ? positionals[...] : positionals.dropFirst())
    }

    /// Whether an option is given.
    func has(_ name: Option.Name) -> Bool { given.contains { $0.option.name == name } }

    /// The value of an option; nil if it is not given.
    func value(_ name: Option.Name) -> String? {
        given.first { $0.option.name == name }?.value
    }

    /// The values of an option that can be repeated.
    func values(_ name: Option.Name) -> [String] {
        given.filter { $0.option.name == name }.map(\.value)
    }

    /// The command that the name of the project looks like.
    var meantCommand: MeantCommand? {
        guard command == .create, namesOnlyFrom > 0 else { return nil }
        return positionals.first.flatMap { MeantCommand($0) }
    }

    /// Whether the user can mean a project: there is one name, and `create` has all the options.
    var canMeanProject: Bool {
        operands.count == 1 && given.allSatisfy { $0.option.commands.contains(.create) }
    }

    /// Whether an option shows that the user means a project, although the name looks like a
    /// command.
    func meansProject(insteadOf meant: MeantCommand) -> Bool {
        given.contains { $0.option.meansProject(insteadOf: meant) }
    }

    /// Checks that a command has these options, and accepts this many arguments.
    func checkBelongs(to command: CommandName) throws(ArgumentError) {
        for entry in given where !entry.option.commands.contains(command) {
            // An option can come before the command that has another meaning for it.
            let same = options.all.filter { $0.name == entry.option.name }
            let takesValue = entry.option.value != nil
            let ofCommand = same.filter { $0.commands.contains(command) }
            if let own = find(entry.spelling, in: ofCommand), (own.value != nil) == takesValue {
                continue
            }
            throw .optionOfAnotherCommand(
                ofCommand.isEmpty ? entry.option.long : entry.spelling,
                command: command,
                owners: same.flatMap(\.commands).filter { $0 != command }
            )
        }
        let most = command.positionals.count
        guard operands.count > most else { return }
        throw command == .create
            ? .secondName(operands[most], first: operands[0])
            : .unexpected(operands[most], command: command)
    }
}

/// Splits an argument into an option and the value after `=`.
private func splitAtEquals(_ word: String) -> (spelling: String, value: String?) {
    guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
}

/// Splits an argument such as `-XPOST`, as curl reads it, into an option and its value.
///
/// - Returns: nil if it is none, or a long option with a hyphen too few.
private func splitAfterLetter(
    _ word: String,
    options: [Option]
) -> (spelling: String, value: String?)? {
    let name = word.dropFirst().prefix { $0 != "=" }
    guard !options.contains(where: { $0.name.rawValue == name }) else { return nil }
    let letter = word.dropFirst().first
    let isOption = options.contains { $0.short == letter && $0.value != nil }
    guard isOption, letter != nil else { return nil }
    return (String(word.prefix(2)), String(word.dropFirst(2)))
}

/// The options, of which most runs need few: the others are made when they are asked for.
struct OptionTable {
    fileprivate let usual: [Option]
    private let make: () -> [Option]

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - usual: Options that are looked at first.
    ///   - all: All options, in the order of the help.
    init(usual: [Option] = [], all: @autoclosure @escaping () -> [Option]) {
        (self.usual, make) = (usual, all)
    }

    /// All options, in the order of the help.
    var all: [Option] { make() }
}

private func find(_ spelling: String, in options: [Option]) -> Option? {
    options.first { option in
        option.long == spelling || option.short.map { "-\($0)" == spelling } ?? false
    }
}

/// Returns the option that an unknown one looks like.
private func suggestion(for spelling: String, in options: [Option]) -> String? {
    let word = String(spelling.drop { $0 == "-" })
    return nearest(to: word, in: options.map(\.name.rawValue)).map { "--" + $0 }
}
