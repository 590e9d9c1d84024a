// One example, or several, of every case of every error: what messages.txt shows.

import Foundation
import JSON
import Mustache

@testable import HostTools
@testable import ProjectFiles
@testable import Scaffold
@testable import pa_new

/// Examples of one kind of error, and the words for each.
struct Samples {
    /// What the kind is called.
    let name: String
    /// How many cases the kind has, as the compiler counts them.
    let count: Int
    /// The name of the case and its message, for each example.
    let rows: [(caseName: String, message: String)]

    /// Takes examples.
    ///
    /// - Parameters:
    ///   - kind: The kind of error.
    ///   - examples: The examples, at least one of each case.
    ///   - message: Returns the words for one.
    init<Kind>(
        of kind: Kind.Type = Kind.self,
        _ examples: [Kind],
        _ message: (Kind) -> String
    ) {
        name = String(reflecting: Kind.self).split(separator: ".").dropFirst().joined(
            separator: "."
        )
        count = caseCount(of: Kind.self)
        rows = examples.map { (caseName(of: $0), message($0)) }
    }

    /// Takes the one example of an error that is no enum.
    init(named name: String, _ message: String) {
        self.name = name
        count = 1
        rows = [("", message)]
    }
}

/// Returns the number of an enum's cases.
///
/// The type's descriptor has it: the seventh 32-bit word counts, in its lower 24 bits, the cases with a
/// payload, the next one counts the others (docs/ABI/TypeMetadata.rst of Swift).
private func caseCount(of type: Any.Type) -> Int {
    let metadata = unsafeBitCast(type, to: UnsafeRawPointer.self)
    let descriptor = metadata.load(fromByteOffset: 8, as: UnsafeRawPointer.self)
    let withPayload = descriptor.load(fromByteOffset: 20, as: UInt32.self) & 0xFF_FFFF
    let others = descriptor.load(fromByteOffset: 24, as: UInt32.self)
    return Int(withPayload) + Int(others)
}

/// Returns the name of a value's case, as the runtime has it for `print`.
private func caseName<Value>(of value: Value) -> String {
    enumCaseName(value).map { String(cString: $0) } ?? "\(value)"
}

@_silgen_name("swift_EnumCaseName")
private func enumCaseName<Value>(_ value: Value) -> UnsafePointer<CChar>?

private let port = Question(
    key: "port",
    kind: .integer,
    prompt: "Port",
    help: "1 to 65535",
    defaultAnswer: nil,
    condition: Condition(terms: [])
)
private let licence = Question(
    key: "licence",
    kind: .choice(["MIT", "none"]),
    prompt: "Licence",
    help: nil,
    defaultAnswer: nil,
    condition: Condition(terms: [Condition.Term("docker"), Condition.Term("!hasUser")])
)

extension Samples {
    /// Returns an error as the tool prints it.
    static func words(_ diagnostic: Diagnostic) -> String { text(of: diagnostic, colour: false) }

    /// A place in a file.
    static let location = Mustache.Location(path: "hello.mustache", line: 3, column: 7)

    /// A mistake in a template.
    private static let failure = Mustache.Failure(
        kind: .unknownName("nme", nearest: "name"),
        location: location,
        lineText: "Hello {{nme}}"
    )

    /// All of them.
    static func all() throws -> [Samples] {
        try commandLine() + scaffold() + places() + names() + update() + additions() + adopting()
            + template()
            + addresses() + problems() + python() + deployment()
    }

    /// The errors of the command line.
    private static func commandLine() -> [Samples] {
        let meant = ["chekc", "serve", "init", "install"].compactMap { MeantCommand($0) }
        let errors: [ArgumentError] = [
            .secondName("world", first: "hello"), .unexpected("ls", command: .man),
            .unknownOption("--framwork", nearest: "--framework"),
            .unknownOption("-x", nearest: nil),
            .optionOfAnotherCommand("--strict", command: .create, owners: [.check, .template]),
            .optionOfAnotherCommand("--user", command: .update, owners: [.create, .deploy]),
            .missingValue("--user", placeholder: "U", next: nil),
            .missingValue("--user", placeholder: "U", next: "--quiet"),
            .unexpectedValue("--quiet", value: "yes"), .repeated("--user"),
            .repeatedPath("README.md"),
            .unknownFormat("jsn", nearest: "json"), .unknownFormat("x", nearest: nil),
            .badHeader("no colon"), .badMethod("GET /"), .badField("photo"), .badPath("about"),
            .badVariable("SHOP_KEY=abc"),
            .badCount("ten"), .badSize("4X"), .currentFolder(name: "shop", holdsApp: false),
            .currentFolder(name: nil, holdsApp: true), .adoptInstead(folder: "."),
            .adoptInstead(folder: "sites/shop"),
            .badNumber("many", option: "--port", 1...65_535),
            .unknownPackagesWay("bundel", nearest: "bundle"),
            .excluded("--skip-existing", by: "--overwrite"), .secretsInPack,
            .needed("--into", for: "--overwrite"), .noShell,
            .noSuchCommand("chek", nearest: "check"), .noSuchCommand("x", nearest: nil),
            .unknownShell("fisch", nearest: "fish"), .unknownShell("csh", nearest: nil),
            .badSetting("port"), .noAddition, .unknownAddition("handlr", nearest: "handler"),
            .unknownAddition("about", nearest: nil), .noHandlerName, .noTemplateCommand,
            .unknownTemplateCommand("chek", nearest: "check"),
            .unknownTemplateCommand("x", nearest: nil), .notText(position: 3),
            .folderInProject("hello", .check), .folderInProject("hello", .preview),
            .partOfProject(".", project: "..", .deploy),
            .projectsBelow(".", ["hello"], .visit),
            .projectsBelow("sites", ["sites/a b", "sites/shop"], .add),
        ]
        let nearly = meant.map { ArgumentError.nearlyCommand($0, isName: true) }
        return [
            Samples(errors + nearly + [.nearlyCommand(meant[0], isName: false)]) {
                words($0.diagnostic)
            },
            Samples(named: "QuestionsEnded", words(QuestionsEnded().diagnostic)),
            Samples(named: "OutputError", words(OutputError(code: ENOSPC).diagnostic)),
        ]
    }

    /// The errors of the job that updates a project.
    private static let ofUpdateJobs: [ScaffoldError] = [
        .updatesWithoutPipeline, .noUpdateJob(template: nil), .noUpdateJob(template: "web"),
    ]

    /// The errors of making a project, but for those that have kinds of their own.
    private static func scaffold() throws -> [Samples] {
        let alice = try AccountName("alice")
        let nothing = AnswerInput(key: "prt", value: .typed("80"), origin: .option)
        let typed = AnswerInput(key: "port", value: .typed("x"), origin: .option)
        let inFile = AnswerInput(key: "port", value: .other("a list"), origin: .file(location))
        let recorded = AnswerInput(key: "port", value: .value(.bool(true)), origin: .recorded)
        let number = AnswerInput(key: "port", value: .value(.integer(0)), origin: .recorded)
        let findings = [TemplateFinding(path: "a", problem: .link)]
        let errors: [ScaffoldError] =
            ofAdditions + ofAdopting + ofUpdateJobs + [
                .noName, .invalidName("class", .keyword("class"), suggestion: "class-app"),
                .unknownFramework("flsk", nearest: "flask", known: ["handler", "flask"]),
                .unknownFramework("x", nearest: nil, known: ["handler", "flask"]),
                .languageAsFramework("swift", frameworks: ["handler"]),
                .unknownLanguage("pyton", nearest: "python", known: ["python", "swift"]),
                .unknownLanguage("cobol", nearest: nil, known: ["python", "swift"]),
                .frameworkInOtherLanguages(
                    "flask",
                    language: "swift",
                    languages: ["python"],
                    known: ["handler"]
                ),
                .unknownPipeline("githb", nearest: "github"), .unknownPipeline("x", nearest: nil),
                .noPipeline(.github, template: nil), .noPipeline(.gitlab, template: "web"),
                .noDatabase(framework: "handler", template: nil, offering: ["flask"]),
                .noDatabase(framework: "handler", template: nil, offering: []),
                .noDatabase(framework: "web", template: "t/web", offering: ["flask"]),
                .frameworkAndTemplate, .languageAndTemplate, .projectInTemplate(path: "web"),
                .unknownAnswer(nothing, nearest: "port", known: ["port", "motto"]),
                .unknownAnswer(nothing, nearest: nil, known: []), .repeatedAnswer("port"),
                .renamedAnswer(typed, now: "licence"), .renamedAnswer(inFile, now: "licence"),
                .badAnswer(typed, port, .notAnInteger), .badAnswer(inFile, port, .notAnInteger),
                .badAnswer(recorded, port, .notAnInteger), .badAnswer(number, port, .notAnInteger),
                .answerNotAsked(typed, licence), .missingAnswers([port, licence]),
                .unknownPython("3.14", nearest: .default), .invalidUser("a b", .character(" ")),
                .invalidDomain("x", .singleLabel),
                .domainOfAnotherAccount(try Domain("bob.pythonanywhere.com"), alice), .emptyOutput,
                .files(.busy(path: "hello")), .conflicts(target: "hello", paths: ["wsgi.py"]),
                .conflicts(target: "hello", paths: ["README.md", "wsgi.py"]),
                .cannotRead(path: "answers.json", .missing),
                .badAddress("gh:ada", .noRepository(form: "gh:OWNER/NAME")),
                .cannotFetch(try TemplateAddress("gh:ada/web@v2"), .noRef("v2")),
                .badAnswersFile(location, reason: "expected a value, found '}'"),
                .badTemplateFolder(path: "web", findings),
                .badTemplateFolder(path: "web", Array(repeating: findings[0], count: 12)),
                .inOwnTemplate(.badPath(template: "a", path: "../a", reason: .leaves)),
                .cannotUpdate("hello", .noBaseline),
                .badManifest(path: "flask/manifest.json", reason: "the key 'title' is missing"),
                .badTemplate(failure), .badPath(template: "a", path: "../a", reason: .leaves),
                .badUpload(manifest: "web/manifest.json", path: "../a", reason: .leaves),
                .tooMuchOutput(template: "a.mustache", .all(most: 2 << 30)),
                .notText(path: "a.mustache"), .notEncodable(name: "report", reason: "not a number"),
            ]
        return [
            Samples(errors) { words($0.diagnostic) },
            Samples(of: AnswerSyntax.self, [.option, .set, .update]) { syntax in
                words(
                    ScaffoldError.unknownLanguage("x", nearest: nil, known: ["python"])
                        .diagnostic(answeredBy: syntax)
                )
                    + words(
                        ScaffoldError.frameworkInOtherLanguages(
                            "flask",
                            language: "swift",
                            languages: ["python"],
                            known: ["handler"]
                        ).diagnostic(answeredBy: syntax)
                    )
                    + words(
                        ScaffoldError.unknownPython("3.14", nearest: .default)
                            .diagnostic(answeredBy: syntax)
                    )
                    + words(
                        ScaffoldError.unknownPipeline("githb", nearest: "github")
                            .diagnostic(answeredBy: syntax)
                    )
            },
        ]
    }

    /// What is wrong with places and with what the system does there.
    private static func places() -> [Samples] {
        let staged = [stagingFolder, "wsgi.py"]
        let files: [FileError] = [
            .targetExists(path: "hello", .file), .badParent(path: "sites", .missing),
            .inTheWay(path: "hello/wsgi.py", .file), .badPath(path: "../a", .leaves),
            .busy(path: "hello"), .badStaging(path: "hello/.pa-new-staging", .foreign),
            .notRolledBack(path: "hello/.pa-new-staging", code: EIO),
            .changed(path: "templates/logo.png"),
            .system(.write, path: "hello/wsgi.py", code: ENOSPC),
            .system(.write, path: "hello/wsgi.py", code: EIO),
            .notEncodable(path: "hello/journal", reason: "not a number"), .git(.missing),
        ]
        return [
            Samples(files) { words($0.diagnostic) },
            Samples(
                of: OutputProblem.self,
                [
                    .all(most: 2 << 30), .rendered(most: 100), .expansions(most: 10_000_000),
                    .lookups(most: 100_000_000), .paths(most: 32 << 20), .manifest(most: 1 << 20),
                ]
            ) { words(ScaffoldError.tooMuchOutput(template: "a.mustache", $0).diagnostic) },
            Samples(
                of: Obstacle.self,
                [
                    .folder(entries: ["a", "b", "c", "d"]), .folder(entries: staged), .file, .link,
                    .other,
                ]
            ) { words(FileError.targetExists(path: "hello", $0).diagnostic) },
            Samples(of: Obstacle.self, [.folder(entries: []), .file, .link, .other]) {
                words(FileError.inTheWay(path: "hello/wsgi.py", $0).diagnostic)
            },
            Samples(
                of: FileError.ParentProblem.self,
                [.missing, .notAFolder, .notWritable(code: EACCES)]
            ) { words(FileError.badParent(path: "sites", $0).diagnostic) },
            Samples(of: FileError.StagingProblem.self, [.foreign, .unreadable]) {
                words(FileError.badStaging(path: "hello/.pa-new-staging", $0).diagnostic)
            },
            Samples(
                of: FileError.Operation.self,
                [.look, .lock, .read, .remove, .makeFolder, .write, .rename]
            ) { words(FileError.system($0, path: "hello", code: EACCES).diagnostic) },
            Samples(
                of: FileError.GitProblem.self,
                [
                    .missing, .cannotStart(path: "/usr/bin/git", code: EACCES),
                    .failed(command: "commit", output: "fatal: no\n"),
                ]
            ) { words(FileError.git($0).diagnostic) },
            Samples(
                of: ReadProblem.self,
                [
                    .missing, .notAFile, .notAFolder, .link, .tooLarge(most: 1_048_576),
                    .tooMany(most: 200_000), .refused(code: EACCES),
                ]
            ) { words(ScaffoldError.cannotRead(path: "answers.json", $0).diagnostic) },
        ]
    }

    /// What is wrong with names of projects, accounts and domains.
    private static func names() -> [Samples] {
        [
            Samples(
                of: ProjectName.Problem.self,
                [
                    .empty, .pathSeparator(parent: "a"), .tooLong(count: 70), .character("é"),
                    .leadingDigit, .leadingMark("_"), .keyword("class"), .command("check"),
                    .standardLibrary("json"), .framework("flask", framework: "flask"),
                    .framework("werkzeug", framework: "flask"), .environment("uwsgi"),
                    .layout("static"),
                ]
            ) { words(ScaffoldError.invalidName("x", $0, suggestion: "x-app").diagnostic) },
            Samples(
                of: AccountName.Problem.self,
                [
                    .empty, .tooLong(count: 70), .character("_"), .hyphenAtAnEnd,
                    .domain(user: "alice"),
                ]
            ) { words(ScaffoldError.invalidUser("x", $0).diagnostic) },
            Samples(
                of: Domain.Problem.self,
                [
                    .empty, .address(domain: "a.b"), .tooLong(count: 300), .emptyLabel,
                    .singleLabel,
                    .longLabel(String(repeating: "x", count: 64)), .hyphenAtAnEnd("a-"),
                    .international,
                    .character("_"), .host, .number,
                ]
            ) { words(ScaffoldError.invalidDomain("x", $0).diagnostic) },
        ]
    }

    /// What keeps a project from being updated.
    private static func update() -> [Samples] {
        [
            Samples(
                of: UpdateProblem.self,
                [
                    .noFolder(.missing), .noFolder(.notAFolder),
                    .noFolder(.notWritable(code: EACCES)),
                    .record(.missing), .newer(version: "9.0.0"), .noBaseline,
                    .badBaseline(.notReadable),
                    .ownTemplate(name: "web"),
                    .configuration(.unknownFramework("flsk", nearest: "flask", known: ["flask"])),
                    .configuration(
                        .invalidName("../x", .pathSeparator(parent: ".."), suggestion: "x")
                    ),
                    .adopted, .unresolved(["README.md", "wsgi.py"]),
                    .nothingToUndo(place: "/home/alice/.local/state/pa-new/updates"),
                    .badExclusion("../x", .leaves), .badExclusion(".pa-new.json", nil),
                    .gitConflicts(["README.md", "wsgi.py"]), .linkedFolder("hello"), .lostRecord,
                    .noConflicts, .changedSince(["README.md"]), .noConflict(in: "README.md"),
                    .givenTwice("README.md"),
                    .recorded(key: "python", .unknownPython("3.8", nearest: .default)),
                    .newName("json", .standardLibrary("json")),
                    .unclearConflict("README.md"),
                ]
            ) { words(ScaffoldError.cannotUpdate("hello", $0).diagnostic) },
            Samples(
                of: RecordProblem.self,
                [
                    .badAnswer(key: "user", reason: "'A_B' is not valid"), .missing,
                    .unreadable(reason: "\(JSONProblem.missing(key: "name"))"),
                    .conflict(line: 3),
                ]
            ) { words(ScaffoldError.cannotUpdate("hello", .record($0)).diagnostic) },
            Samples(
                of: BaselineProblem.self,
                [.notReadable, .version(9), .path("../a"), .conflict(line: 3)]
            ) {
                words(ScaffoldError.cannotUpdate("hello", .badBaseline($0)).diagnostic)
            },
            Samples(
                of: JSONProblem.self,
                [
                    .notEncodable(reason: "not a number"), .notJSON, .tooLarge(most: 1000),
                    .missing(key: "name"),
                    .wrongType(key: nil), .wrongType(key: "name"),
                ]
            ) { "\($0)\n" },
        ]
    }
}
