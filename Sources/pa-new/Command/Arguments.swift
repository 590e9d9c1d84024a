// Turns the arguments of the command line into a command.

import ProjectFiles
import HostTools
import Mustache
import Scaffold

/// The command that the arguments ask for.
enum Command: Equatable {
    case create(Request, CreationMode)
    case checkTemplate(folder: String, isStrict: Bool)
    case check(CheckRequest, interpreter: String?, format: ReportFormat, isStrict: Bool)
    case adopt(AdoptRequest, AdoptMode)
    case visit(VisitRequest, interpreter: String?)
    case preview(PreviewRequest, interpreter: String?)
    case deploy(DeployRequest, interpreter: String?, checks: Bool)
    case pack(PackRequest, interpreter: String?)
    case logs(LogsRequest, interpreter: String?)
    case update(UpdateRequest, isQuiet: Bool, asJSON: Bool)
    case restore(RestoreRequest, isQuiet: Bool)
    case add(AddRequest, asJSON: Bool)
    case list(template: String?, asJSON: Bool)
    case completions(Shell)
    case man
    /// The help of one command; nil for the general help.
    case help(CommandName?)
    case version
}

/// Returns the arguments of the command line as text.
///
/// Swift's own `CommandLine.arguments` replaces each byte that is not UTF-8 with another character,
/// so that a path names another folder.
///
/// - Parameter words: The arguments after the program's name, as the system gives them.
/// - Returns: The arguments as text.
/// - Throws: ``ArgumentError/notText(position:)`` for the first argument that is not valid UTF-8.
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

/// Reads the arguments of the command line.
///
/// Options can come before or after the name; `--` ends them. `--option value`, `--option=value`,
/// `-o value` and `-o=value` mean the same.
///
/// - Parameters:
///   - arguments: The arguments after the program's name.
///   - options: The options.
///   - isFolder: Whether an argument is the path of a folder: you can leave out either of the two
///     arguments of `visit`.
/// - Returns: The command.
/// - Throws: ``ArgumentError`` for the first argument that cannot be understood, ``ScaffoldError`` for
///   a Python that the host does not offer.
func parse(
    _ arguments: [String],
    options: OptionTable,
    isFolder: (String) -> Bool
) throws -> Command {
    let line = try CommandLineArguments(arguments, options: options)
    let command = line.command
    if line.has(.help) { return .help([.create, .help].contains(command) ? nil : command) }
    if line.has(.version) { return .version }
    if !line.canMeanProject, let meant = line.meantCommand {
        throw ArgumentError.nearlyCommand(meant, isName: isName(meant.word))
    }
    if command == .pack && line.has(.envFile) { throw ArgumentError.secretsInPack }
    try line.checkBelongs(to: command)
    let operands = line.operands
    switch command {
    case .help: return .help(try operands.first.map(helpedCommand))
    case .list: return .list(template: line.value(.template), asJSON: line.has(.json))
    case .man: return .man
    case .completions:
        guard let word = operands.first else { throw ArgumentError.noShell }
        return .completions(try shell(word))
    case .check: return try check(line)
    case .adopt: return try adopt(line)
    case .visit: return try visit(line, isFolder)
    case .preview: return try preview(line)
    case .deploy: return try deploy(line)
    case .pack: return try pack(line)
    case .logs: return try logs(line)
    case .update: return try update(line)
    case .add: return try add(line)
    case .create: return try create(line)
    case .template: return try template(line)
    }
}

private func check(_ line: CommandLineArguments) throws -> Command {
    for name in [Option.Name.path, .allRoutes] where line.has(name) && line.has(.noLoad) {
        throw ArgumentError.excluded("--" + name.rawValue, by: "--no-load")
    }
    let request = CheckRequest(
        folder: line.operands.first ?? ".",
        entry: line.value(.entry),
        python: try line.value(.python).map { try PythonVersion($0) },
        loads: !line.has(.noLoad),
        paths: try paths(line),
        asksAllRoutes: line.has(.allRoutes),
        includes: line.values(.include),
        conditions: try conditions(line)
    )
    return .check(
        request,
        interpreter: line.value(.interpreter),
        format: try format(line),
        isStrict: line.has(.strict)
    )
}

private func deploy(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    var request = DeployRequest(
        folder: line.operands.first ?? ".",
        user: line.value(.user),
        domain: line.value(.domain),
        python: line.value(.python),
        replacesEntryFile: line.has(.replaceWSGI),
        assumesInstalled: line.has(.assumeInstalled),
        isDryRun: line.has(.dryRun),
        asJSON: line.has(.json)
    )
    request.packages = try packages(line)
    request.includes = line.values(.include)
    request.overwritesData = line.has(.overwriteData)
    request.forcesHTTPS = !line.has(.noForceHTTPS)
    request.settingsFile = line.value(.envFile)
    request.replacesSettings = line.has(.replaceEnv)
    request.undoes = line.has(.undo)
    let ofDeployments: [Option.Name] = [
        .python, .noCheck, .packages, .include, .overwriteData, .noForceHTTPS, .assumeInstalled,
        .replaceWSGI, .envFile, .replaceEnv,
    ]
    if request.undoes, let name = ofDeployments.first(where: line.has) {
        throw .excluded(name.long, by: Option.Name.undo.long)
    }
    if request.replacesSettings && request.settingsFile == nil {
        throw .needed(Option.Name.envFile.long, for: Option.Name.replaceEnv.long)
    }
    request.allowsEmpty = line.has(.allowEmpty)
    if request.allowsEmpty && !request.undoes {
        throw .needed(Option.Name.undo.long, for: Option.Name.allowEmpty.long)
    }
    return .deploy(
        request,
        interpreter: line.value(.interpreter),
        checks: !line.has(.noCheck)
    )
}

/// Returns the way that packages get to PythonAnywhere.
private func packages(_ line: CommandLineArguments) throws(ArgumentError) -> PackagesWay? {
    try line.value(.packages).map { word throws(ArgumentError) in
        guard let way = PackagesWay(rawValue: word) else {
            let known = PackagesWay.allCases.map(\.rawValue)
            throw .unknownPackagesWay(word, nearest: nearest(to: word, in: known))
        }
        return way
    }
}

private func pack(_ line: CommandLineArguments) throws -> Command {
    var request = PackRequest(folder: line.operands.first ?? ".", output: line.value(.output))
    request.includes = line.values(.include)
    request.packages = try packages(line)
    request.python = try line.value(.python).map { try PythonVersion($0) }
    return .pack(request, interpreter: line.value(.interpreter))
}

private func logs(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    var request = LogsRequest(
        folder: line.operands.first ?? ".",
        user: line.value(.user),
        domain: line.value(.domain)
    )
    request.kinds = [
        (Option.Name.error, LogsRequest.Kind.error), (.server, .server), (.access, .access),
    ]
    .filter { line.has($0.0) }.map(\.1)
    if let word = line.value(.lines) {
        guard let lines = Int(word), 1...100_000 ~= lines else { throw .badCount(word) }
        request.lines = lines
    }
    request.isSinceReload = line.has(.sinceReload)
    request.follows = line.has(.follow)
    return .logs(request, interpreter: line.value(.interpreter))
}

private func add(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    let known = AdditionKind.allCases.map(\.rawValue)
    guard let word = line.operands.first else { throw .noAddition }
    guard known.contains(word) else {
        throw .unknownAddition(word, nearest: nearest(to: word, in: known))
    }
    guard let name = line.operands.dropFirst().first else { throw .noHandlerName }
    let request = AddRequest(
        name: name,
        path: line.value(.path),
        folder: line.operands.dropFirst(2).first ?? ".",
        template: line.value(.template),
        isDryRun: line.has(.dryRun)
    )
    return .add(request, asJSON: line.has(.json))
}

private func create(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    let settings = try settings(line)
    if line.has(.database), settings.contains(where: { $0.key == Framework.databaseKey }) {
        throw .excluded(Option.Name.database.long, by: "--set \(Framework.databaseKey)=…")
    }
    var request = Request(
        name: line.operands.first,
        framework: line.value(.framework),
        language: line.value(.language),
        user: line.value(.user),
        domain: line.value(.domain),
        python: line.value(.python),
        pipeline: line.value(.ci),
        hasUpdateJob: line.has(.ciUpdates),
        hasAgents: !line.has(.noAgents),
        database: line.value(.database),
        output: line.value(.output),
        template: line.value(.template),
        answersFile: line.value(.answers),
        answers: settings
    )
    request.maxOutput = try maxOutput(line)
    var mode = try creationMode(line.has)
    if let meant = line.meantCommand, !line.meansProject(insteadOf: meant) {
        mode.meantCommand = meant
    }
    return .create(request, mode)
}

private func template(_ line: CommandLineArguments) throws(ArgumentError) -> Command {
    let known = ["check"]
    guard let word = line.operands.first else { throw .noTemplateCommand }
    guard known.contains(word) else {
        throw .unknownTemplateCommand(word, nearest: nearest(to: word, in: known))
    }
    return .checkTemplate(
        folder: line.operands.dropFirst().first ?? ".",
        isStrict: line.has(.strict)
    )
}

/// Returns how to make a project, or throws if two options exclude each other.
private func creationMode(_ has: (Option.Name) -> Bool) throws(ArgumentError) -> CreationMode {
    func long(_ name: Option.Name) -> String { "--" + name.rawValue }
    // Not a loop over pairs: for that, the compiler generates different code from run to run.
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

/// Whether a word is a valid project name for at least one framework.
func isName(_ word: String) -> Bool { (try? ProjectName(word)) != nil }

/// Returns the command that the argument of `pa-new help` names.
private func helpedCommand(_ word: String) throws(ArgumentError) -> CommandName {
    let known = CommandName.words.map(\.rawValue)
    guard known.contains(word), let command = CommandName(rawValue: word) else {
        throw .noSuchCommand(word, nearest: nearest(to: word, in: known))
    }
    return command
}

/// Returns the conditions under which an app is loaded.
func conditions(_ line: CommandLineArguments) throws(ArgumentError) -> HostConditions {
    let variables = line.values(.env)
    if let bad = variables.first(where: { $0.isEmpty || $0.contains("=") }) {
        throw .badVariable(bad)
    }
    return HostConditions(
        domain: line.value(.domain),
        variables: variables,
        variablesFile: line.value(.envFile),
        usesNamespaces: !line.has(.noNamespaces)
    )
}

/// Returns the paths to request.
private func paths(_ line: CommandLineArguments) throws(ArgumentError) -> [String] {
    let paths = line.values(.path)
    if let bad = paths.first(where: { !$0.hasPrefix("/") }) { throw .badPath(bad) }
    return paths
}

/// Returns the format of the report.
private func format(_ line: CommandLineArguments) throws(ArgumentError) -> ReportFormat {
    guard let word = line.value(.format) else { return line.has(.json) ? .json : .text }
    guard let format = ReportFormat(rawValue: word) else {
        let known = ReportFormat.allCases.map(\.rawValue)
        throw .unknownFormat(word, nearest: nearest(to: word, in: known))
    }
    if line.has(.json), format != .json { throw .excluded("--json", by: "--format \(word)") }
    return format
}

/// Returns the shell that a word names.
private func shell(_ word: String) throws(ArgumentError) -> Shell {
    guard let shell = Shell(rawValue: word) else {
        throw .unknownShell(word, nearest: nearest(to: word, in: Shell.allCases.map(\.rawValue)))
    }
    return shell
}

/// Returns the number of bytes of `--max-output`; nil without it.
func maxOutput(_ line: CommandLineArguments) throws(ArgumentError) -> Int? {
    guard let word = line.value(.maxOutput) else { return nil }
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = word.last.flatMap { units[Character($0.uppercased())] }
    let digits = unit == nil ? word[...] : word.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits),
        count > 0, !count.multipliedReportingOverflow(by: unit ?? 1).overflow
    else { throw .badSize(word) }
    return count * (unit ?? 1)
}

/// Returns the answers of `--set`.
func settings(_ line: CommandLineArguments) throws(ArgumentError) -> [AnswerInput] {
    var answers: [AnswerInput] = []
    for word in line.values(.set) { answers.append(try setting(word)) }
    return answers
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
