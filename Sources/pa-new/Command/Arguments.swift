// From the words of the command line to what they ask for.

import Scaffold

/// What the command line asks for.
enum Command: Equatable {
    case create(Request, CreationMode)
    case checkTemplate(folder: String, isStrict: Bool)
    case check(CheckRequest, interpreter: String?, format: ReportFormat, isStrict: Bool)
    case visit(VisitRequest, interpreter: String?)
    case deploy(DeployRequest, interpreter: String?, checks: Bool)
    case update(UpdateRequest, isQuiet: Bool, asJSON: Bool)
    case list(asJSON: Bool)
    case completions(Shell)
    case man
    /// The help of a command, or of them all.
    case help(CommandName?)
    case version
}

/// What is wrong with the words of the command line.
enum ArgumentError: Error, Equatable {
    case secondName(String, first: String)
    case unexpected(String, command: CommandName)
    case unknownOption(String, nearest: String?)
    case optionOfAnotherCommand(String, command: CommandName, owners: [CommandName])
    case missingValue(String, placeholder: String, next: String?)
    case unexpectedValue(String, value: String)
    case repeated(String)
    case unknownFormat(String, nearest: String?)
    case badHeader(String)
    case excluded(String, by: String)
    case needed(String, for: String)
    case noShell
    case noSuchCommand(String, nearest: String?)
    case unknownShell(String, nearest: String?)
    case badSetting(String)
    case noTemplateCommand
    case unknownTemplateCommand(String, nearest: String?)
    case notText(position: Int)
}

/// Returns the words of the command line as text.
///
/// Swift's own `CommandLine.arguments` puts another character for each byte that is not UTF-8, and a
/// path then names another folder.
///
/// - Parameter words: The words after the program's name, as the system gives them.
/// - Returns: The words.
/// - Throws: ``ArgumentError/notText(position:)`` for the first word that is not valid UTF-8.
func texts(
    _ words: some Sequence<UnsafeMutablePointer<CChar>>
) throws(ArgumentError) -> [String] {
    var texts: [String] = []
    for (index, word) in words.enumerated() {
        guard let text = String(validatingCString: word) else {
            throw .notText(position: index + 1)
        }
        texts.append(text)
    }
    return texts
}

/// Reads the words of the command line.
///
/// Options stand before or after the name; `--` ends them. `--option value`, `--option=value`,
/// `-o value` and `-o=value` are alike.
///
/// - Parameters:
///   - words: The words after the program's name.
///   - options: The options there are.
///   - isFolder: Whether a word is the path of a folder: of `visit`'s two words either can be left
///     out.
/// - Returns: What the words ask for.
/// - Throws: ``ArgumentError`` for the first word that cannot be understood, ``ScaffoldError`` for a
///   Python that the host does not offer.
func parse(
    _ words: [String],
    options: [Option],
    isFolder: (String) -> Bool
) throws -> Command {
    var positionals: [String] = []
    // After `--` every word is a name, even one that is a command otherwise.
    var namesOnlyFrom = Int.max
    var given: [(option: Option, spelling: String, value: String)] = []
    var rest = words[...]

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
            throw ArgumentError.unknownOption(
                spelling,
                nearest: suggestion(for: spelling, in: options)
            )
        }
        var value = ""
        if let placeholder = option.value {
            if let attached {
                value = attached
            } else if let next = rest.first, !next.hasPrefix("-") || next == "-" {
                value = next
                rest.removeFirst()
            } else {
                throw ArgumentError.missingValue(
                    spelling,
                    placeholder: placeholder,
                    next: rest.first
                )
            }
        } else if let attached {
            throw ArgumentError.unexpectedValue(spelling, value: attached)
        }
        if !option.isRepeatable, given.contains(where: { $0.option.name == option.name }) {
            throw ArgumentError.repeated(option.long)
        }
        given.append((option, spelling, value))
    }

    let has = { (name: Option.Name) in given.contains { $0.option.name == name } }
    let value = { (name: Option.Name) in given.first { $0.option.name == name }?.value }

    let settings = given.filter { $0.option.name == .set }.map(\.value)

    let command = namesOnlyFrom == 0 ? .create : command(named: positionals.first)
    if has(.help) { return .help([.create, .help].contains(command) ? nil : command) }
    if has(.version) { return .version }

    for entry in given where !entry.option.commands.contains(command) {
        throw ArgumentError.optionOfAnotherCommand(
            entry.option.long,
            command: command,
            owners: entry.option.commands
        )
    }
    // The first word is the command itself, but for the main job.
    let most = 1 + command.positionals.count
    if command != .create, positionals.count > most {
        throw ArgumentError.unexpected(positionals[most], command: command)
    }
    switch command {
    case .help: return .help(try positionals.dropFirst().first.map(helpedCommand))
    case .list: return .list(asJSON: has(.json))
    case .man: return .man
    case .completions:
        guard positionals.count > 1 else { throw ArgumentError.noShell }
        return .completions(try shell(positionals[1]))
    case .check:
        let request = CheckRequest(
            folder: positionals.dropFirst().first ?? ".",
            entry: value(.entry),
            python: try value(.python).map { try PythonVersion($0) },
            loads: !has(.noLoad)
        )
        return .check(
            request,
            interpreter: value(.interpreter),
            format: try format(value(.format)),
            isStrict: has(.strict)
        )
    case .visit:
        let headers = given.filter { $0.option.name == .header }.map(\.value)
        if let bad = headers.first(where: { !isHeader($0) }) { throw ArgumentError.badHeader(bad) }
        let (folder, target) = folderAndTarget(Array(positionals.dropFirst()), isFolder)
        let body = value(.data)
        let request = VisitRequest(
            folder: folder,
            target: target,
            entry: value(.entry),
            method: value(.method) ?? body.map { _ in "POST" },
            body: body,
            headers: headers
        )
        return .visit(request, interpreter: value(.interpreter))
    case .deploy:
        let request = DeployRequest(
            folder: positionals.dropFirst().first ?? ".",
            user: value(.user),
            domain: value(.domain),
            python: value(.python),
            replacesEntryFile: has(.replaceWSGI),
            assumesInstalled: has(.assumeInstalled),
            isDryRun: has(.dryRun),
            asJSON: has(.json)
        )
        return .deploy(request, interpreter: value(.interpreter), checks: !has(.noCheck))
    case .update:
        if has(.quiet), has(.json) {
            throw ArgumentError.excluded("--quiet", by: "--json")
        }
        let request = UpdateRequest(
            folder: positionals.dropFirst().first ?? ".",
            answers: try settings.map(setting),
            answersFile: value(.answers),
            template: value(.template),
            isDryRun: has(.dryRun)
        )
        return .update(request, isQuiet: has(.quiet), asJSON: has(.json))
    case .create:
        if positionals.count > 1 {
            throw ArgumentError.secondName(positionals[1], first: positionals[0])
        }
        let request = Request(
            name: positionals.first,
            framework: value(.framework),
            language: value(.language),
            user: value(.user),
            domain: value(.domain),
            python: value(.python),
            pipeline: value(.ci),
            output: value(.output),
            template: value(.template),
            answersFile: value(.answers),
            answers: try settings.map(setting)
        )
        return .create(request, try creationMode(has))
    case .template:
        let known = ["check"]
        guard positionals.count > 1 else { throw ArgumentError.noTemplateCommand }
        guard known.contains(positionals[1]) else {
            let nearest = nearest(to: positionals[1], in: known)
            throw ArgumentError.unknownTemplateCommand(positionals[1], nearest: nearest)
        }
        return .checkTemplate(
            folder: positionals.dropFirst(2).first ?? ".",
            isStrict: has(.strict)
        )
    }
}

/// Returns how a project is to be made, where the options go together.
private func creationMode(_ has: (Option.Name) -> Bool) throws(ArgumentError) -> CreationMode {
    func long(_ name: Option.Name) -> String { "--" + name.rawValue }
    // Not a loop over pairs: of that, the compiler makes other code from run to run.
    func exclude(_ first: Option.Name, _ second: Option.Name) throws(ArgumentError) {
        if has(first) && has(second) { throw .excluded(long(first), by: long(second)) }
    }
    try exclude(.skipExisting, .overwrite)
    try exclude(.quiet, .json)
    for name in [Option.Name.skipExisting, .overwrite] where has(name) && !has(.into) {
        throw .needed(long(.into), for: long(name))
    }
    let rule: ConflictRule = has(.overwrite) ? .overwrite : has(.skipExisting) ? .skip : .refuse
    return CreationMode(
        placement: has(.into) ? .existingFolder(rule) : .newFolder,
        wantsRepository: has(.git),
        isDryRun: has(.dryRun),
        isQuiet: has(.quiet),
        asJSON: has(.json),
        takesDefaults: has(.defaults)
    )
}

/// Returns the command that a word names; any other word is the name of a project.
private func command(named word: String?) -> CommandName {
    CommandName.allCases.first { $0 != .create && $0.rawValue == word } ?? .create
}

/// Returns the command that a word of `pa-new help` names.
private func helpedCommand(_ word: String) throws(ArgumentError) -> CommandName {
    let known = CommandName.allCases.filter { $0 != .create }.map(\.rawValue)
    guard known.contains(word), let command = CommandName(rawValue: word) else {
        throw .noSuchCommand(word, nearest: nearest(to: word, in: known))
    }
    return command
}

/// Returns the form that a word names.
private func format(_ word: String?) throws(ArgumentError) -> ReportFormat {
    guard let word else { return .text }
    guard let format = ReportFormat(rawValue: word) else {
        let known = ReportFormat.allCases.map(\.rawValue)
        throw .unknownFormat(word, nearest: nearest(to: word, in: known))
    }
    return format
}

/// Returns the shell that a word names.
private func shell(_ word: String) throws(ArgumentError) -> Shell {
    guard let shell = Shell(rawValue: word) else {
        throw .unknownShell(word, nearest: nearest(to: word, in: Shell.allCases.map(\.rawValue)))
    }
    return shell
}

/// Returns the answer in `KEY=VALUE`.
private func setting(_ word: String) throws(ArgumentError) -> AnswerInput {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw .badSetting(word)
    }
    return AnswerInput(
        key: String(word[..<equals]),
        value: .typed(String(word[word.index(after: equals)...])),
        origin: .option
    )
}

/// Returns the folder and the path of a visit; a lone word can be either.
private func folderAndTarget(
    _ words: [String],
    _ isFolder: (String) -> Bool
) -> (folder: String, target: String) {
    switch words.count {
    case 0: (".", "/")
    case 1 where words[0].hasPrefix("/") && (words[0] == "/" || !isFolder(words[0])):
        (".", words[0])
    case 1: (words[0], "/")
    default: (words[0], words[1])
    }
}

/// Whether a word is a header field such as `Accept: text/html`.
private func isHeader(_ word: String) -> Bool {
    guard let colon = word.firstIndex(of: ":"), colon != word.startIndex else { return false }
    let isToken = word[..<colon].utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
    return isToken && !word.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0 == "\0" }
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
