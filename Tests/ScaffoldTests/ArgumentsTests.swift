// The words of the command line and what they ask for.

import HostTools
import Scaffold
import Testing

@testable import pa_new

private let logs = {
    var request = LogsRequest(folder: "hello")
    request.kinds = [.error, .access]
    request.lines = 7
    request.isSinceReload = true
    request.follows = true
    return request
}()

private let following = {
    var request = LogsRequest()
    request.follows = true
    return request
}()

private let undoing: DeployRequest = {
    var request = DeployRequest(user: "a", domain: "d", isDryRun: true, asJSON: true)
    request.undoes = true
    return request
}()

private let emptying: DeployRequest = {
    var request = DeployRequest()
    request.undoes = true
    request.allowsEmpty = true
    return request
}()

private let withSettings: DeployRequest = {
    var request = DeployRequest()
    request.settingsFile = "-"
    request.replacesSettings = true
    return request
}()

@Suite("Arguments")
struct ArgumentsTests {
    private func parsed(_ words: [String]) throws -> Command {
        try parse(words, options: usualOptions()) { $0 == "/srv/site" }
    }

    @Test(
        "good words ask for what they say",
        arguments: [
            (["hello"], .create(Request(name: "hello"), CreationMode())),
            (
                ["hello", "--framework", "flask"],
                .create(Request(name: "hello", framework: "flask"), CreationMode())
            ),
            (
                ["--framework=flask", "hello"],
                .create(Request(name: "hello", framework: "flask"), CreationMode())
            ),
            (
                ["-f", "flask", "hello", "-u=alice", "-o", "sites", "-q"],
                .create(
                    Request(name: "hello", framework: "flask", user: "alice", output: "sites"),
                    CreationMode(isQuiet: true)
                )
            ),
            (
                ["hello", "--user", "alice", "--domain", "a.b", "--python", "3.9", "--quiet"],
                .create(
                    Request(name: "hello", user: "alice", domain: "a.b", python: "3.9"),
                    CreationMode(isQuiet: true)
                )
            ),
            (
                ["hello", "-f", "handler", "--language", "swift"],
                .create(
                    Request(name: "hello", framework: "handler", language: "swift"),
                    CreationMode()
                )
            ),
            (
                ["hello", "--ci", "gitlab"],
                .create(Request(name: "hello", pipeline: "gitlab"), CreationMode())
            ),
            (["hello", "--ci="], .create(Request(name: "hello", pipeline: ""), CreationMode())),
            (["hello", "-l=x"], .create(Request(name: "hello", language: "x"), CreationMode())),
            (["hello", "-l", ""], .create(Request(name: "hello", language: ""), CreationMode())),
            (
                ["--output=-", "hello"],
                .create(Request(name: "hello", output: "-"), CreationMode())
            ),
            (["hello", "-o", "-"], .create(Request(name: "hello", output: "-"), CreationMode())),
            (
                ["hello", "--output=a=b"],
                .create(Request(name: "hello", output: "a=b"), CreationMode())
            ),
            (["hello", "--user="], .create(Request(name: "hello", user: ""), CreationMode())),
            (["hello", "--user", ""], .create(Request(name: "hello", user: ""), CreationMode())),
            ([""], .create(Request(name: ""), CreationMode())),
            (["--", "hello"], .create(Request(name: "hello"), CreationMode())),
            (["-q", "--", "-x"], .create(Request(name: "-x"), CreationMode(isQuiet: true))),
            (["--", "list"], .create(Request(name: "list"), CreationMode())),
            (["hello", "--"], .create(Request(name: "hello"), CreationMode())),
            (["update"], .update(UpdateRequest(), isQuiet: false, asJSON: false)),
            (
                ["update", "site", "-n", "--set", "user=bob", "--answers=a.json", "-t", "t"],
                .update(
                    UpdateRequest(
                        folder: "site",
                        answers: [AnswerInput(key: "user", value: .typed("bob"), origin: .option)],
                        answersFile: "a.json",
                        template: "t",
                        isDryRun: true
                    ),
                    isQuiet: false,
                    asJSON: false
                )
            ),
            (
                ["update", "--json"], .update(UpdateRequest(), isQuiet: false, asJSON: true)
            ),
            (
                ["check"],
                .check(CheckRequest(), interpreter: nil, format: .text, isStrict: false)
            ),
            (
                [
                    "check", "site", "--entry=a.py", "--python", "3.9", "--no-load", "--strict",
                    "--format", "sarif", "--interpreter", "py",
                ],
                .check(
                    CheckRequest(folder: "site", entry: "a.py", python: .oldest, loads: false),
                    interpreter: "py",
                    format: .sarif,
                    isStrict: true
                )
            ),
            (
                ["check", "--json"],
                .check(CheckRequest(), interpreter: nil, format: .json, isStrict: false)
            ),
            (
                ["check", "--format=json", "--json"],
                .check(CheckRequest(), interpreter: nil, format: .json, isStrict: false)
            ),
            (
                [
                    "check", "--domain", "a.b", "--env", "A", "--env=B", "--env-file", ".env",
                    "--path", "/a?b", "--path=/c", "--all-routes", "--no-namespaces",
                ],
                .check(
                    CheckRequest(
                        paths: ["/a?b", "/c"],
                        asksAllRoutes: true,
                        conditions: HostConditions(
                            domain: "a.b",
                            variables: ["A", "B"],
                            variablesFile: ".env",
                            usesNamespaces: false
                        )
                    ),
                    interpreter: nil,
                    format: .text,
                    isStrict: false
                )
            ),
            (
                ["visit", "--env=A", "--env-file=f", "--domain=d", "--no-namespaces"],
                .visit(
                    VisitRequest(
                        conditions: HostConditions(
                            domain: "d",
                            variables: ["A"],
                            variablesFile: "f",
                            usesNamespaces: false
                        )
                    ),
                    interpreter: nil
                )
            ),
            (["deploy"], .deploy(DeployRequest(), interpreter: nil, checks: true)),
            (["logs"], .logs(LogsRequest(), interpreter: nil)),
            (
                ["logs", "hello", "--access", "--error", "-n", "7", "--since-reload", "-f"],
                .logs(logs, interpreter: nil)
            ),
            (["--follow", "logs"], .logs(following, interpreter: nil)),
            (
                [
                    "deploy", "site", "--user", "a", "--domain=d", "--python", "3.9", "-n",
                    "--replace-wsgi", "--assume-installed", "--json", "--no-check",
                    "--interpreter", "py",
                ],
                .deploy(
                    DeployRequest(
                        folder: "site",
                        user: "a",
                        domain: "d",
                        python: "3.9",
                        replacesEntryFile: true,
                        assumesInstalled: true,
                        isDryRun: true,
                        asJSON: true
                    ),
                    interpreter: "py",
                    checks: false
                )
            ),
            (
                ["deploy", "--undo", "--dry-run", "--json", "--user", "a", "--domain", "d"],
                .deploy(undoing, interpreter: nil, checks: true)
            ),
            (
                ["deploy", "--undo", "--allow-empty"],
                .deploy(emptying, interpreter: nil, checks: true)
            ),
            (
                ["deploy", "--env-file", "-", "--replace-env"],
                .deploy(withSettings, interpreter: nil, checks: true)
            ),
            ([], .create(Request(), CreationMode())),
            (["--quiet"], .create(Request(), CreationMode(isQuiet: true))),
            (["--"], .create(Request(), CreationMode())),
            (
                ["hello", "--defaults"],
                .create(Request(name: "hello"), CreationMode(takesDefaults: true))
            ),
            (["template", "check"], .checkTemplate(folder: ".", isStrict: false)),
            (
                ["template", "check", "web", "--strict"],
                .checkTemplate(folder: "web", isStrict: true)
            ),
            (["list"], .list(template: nil, asJSON: false)),
            (["list", "--json"], .list(template: nil, asJSON: true)),
            (["--json", "list"], .list(template: nil, asJSON: true)),
            (["list", "-t", "web"], .list(template: "web", asJSON: false)),
            (["list", "--"], .list(template: nil, asJSON: false)),
            (["help"], .help(nil)), (["--help"], .help(nil)), (["-h"], .help(nil)),
            (["list", "--help"], .help(.list)), (["check", "x", "-h"], .help(.check)),
            (["help", "visit"], .help(.visit)), (["help", "help"], .help(.help)),
            (["hello", "-h"], .help(nil)),
            (["--version"], .version),
        ] as [([String], Command)]
    )
    func good(words: [String], command: Command) throws {
        #expect(try parsed(words) == command)
    }

    @Test(
        "options say how a project is made",
        arguments: [
            (["--into"], CreationMode(placement: .existingFolder(.refuse))),
            (["--into", "--skip-existing"], CreationMode(placement: .existingFolder(.skip))),
            (["--overwrite", "--into"], CreationMode(placement: .existingFolder(.overwrite))),
            (["--dry-run"], CreationMode(isDryRun: true)),
            (["-n", "-q"], CreationMode(isDryRun: true, isQuiet: true)),
            (["--json", "-n"], CreationMode(isDryRun: true, asJSON: true)),
        ]
    )
    func modes(words: [String], mode: CreationMode) throws {
        #expect(try parsed(["hello"] + words) == .create(Request(name: "hello"), mode))
        #expect(try parsed(words + ["hello"]) == .create(Request(name: "hello"), mode))
    }

    @Test(
        "words that cannot be understood are refused",
        arguments: [
            (["one", "two"], .secondName("two", first: "one")),
            (["one", "--", "--two"], .secondName("--two", first: "one")),
            (["list", "hello"], .unexpected("hello", command: .list)),
            (["help", "list", "x"], .unexpected("x", command: .help)),
            (["help", "chek"], .noSuchCommand("chek", nearest: "check")),
            (["help", "hello"], .noSuchCommand("hello", nearest: nil)),
            (["help", "create"], .noSuchCommand("create", nearest: nil)),
            (["hello", "--framwork", "x"], .unknownOption("--framwork", nearest: "--framework")),
            (["hello", "-framework", "x"], .unknownOption("-framework", nearest: "--framework")),
            (["hello", "--Quiet"], .unknownOption("--Quiet", nearest: "--quiet")),
            (["hello", "--usr=x"], .unknownOption("--usr", nearest: "--user")),
            (["hello", "-x"], .unknownOption("-x", nearest: nil)),
            (["hello", "--zzzzzz"], .unknownOption("--zzzzzz", nearest: nil)),
            (["hello", "---user"], .unknownOption("---user", nearest: "--user")),
            (["hello", "--=x"], .unknownOption("--", nearest: nil)),
            (
                ["hello", "--strict"],
                .optionOfAnotherCommand("--strict", command: .create, owners: [.check, .template])
            ),
            (
                ["list", "-u", "alice"],
                .optionOfAnotherCommand(
                    "--user",
                    command: .list,
                    owners: [.create, .adopt, .deploy, .logs]
                )
            ),
            (["hello", "--user"], .missingValue("--user", placeholder: "U", next: nil)),
            (["hello", "-u"], .missingValue("-u", placeholder: "U", next: nil)),
            (
                ["hello", "--user", "--quiet"],
                .missingValue("--user", placeholder: "U", next: "--quiet")
            ),
            (["hello", "--user", "--"], .missingValue("--user", placeholder: "U", next: "--")),
            (["hello", "--quiet=yes"], .unexpectedValue("--quiet", value: "yes")),
            (["check", "a", "b"], .unexpected("b", command: .check)),
            (["deploy", "a", "b"], .unexpected("b", command: .deploy)),
            (["visit", "a", "/b", "c"], .unexpected("c", command: .visit)),
            (["logs", "-n", "0"], .badCount("0")),
            (["x", "--max-output", "0"], .badSize("0")), (["x", "--max-output="], .badSize("")),
            (["x", "--max-output", "9007199254740992K"], .badSize("9007199254740992K")),
            (["update", "--undo", "--max-output", "1K"], .excluded("--undo", by: "--max-output")),
            (["logs", "-n", "100001"], .badCount("100001")),
            (["logs", "-n", "1.5"], .badCount("1.5")),
            (["logs", "--follow", "-f"], .repeated("--follow")),
            (
                ["logs", "-L"],
                .optionOfAnotherCommand("-L", command: .logs, owners: [.visit])
            ),
            (["check", "--format", "jsn"], .unknownFormat("jsn", nearest: "json")),
            (["check", "--json", "--format", "text"], .excluded("--json", by: "--format text")),
            (["check", "--format=sarif", "--json"], .excluded("--json", by: "--format sarif")),
            (["check", "--path", "about"], .badPath("about")),
            (["check", "--path="], .badPath("")),
            (["check", "--path", "/a", "--no-load"], .excluded("--path", by: "--no-load")),
            (["check", "--no-load", "--all-routes"], .excluded("--all-routes", by: "--no-load")),
            (["deploy", "--undo", "--include", "a"], .excluded("--include", by: "--undo")),
            (["deploy", "--allow-empty"], .needed("--undo", for: "--allow-empty")),
            (
                ["deploy", "--overwrite-data", "--undo"],
                .excluded("--overwrite-data", by: "--undo")
            ),
            (["deploy", "--undo", "--packages=bundle"], .excluded("--packages", by: "--undo")),
            (["deploy", "--undo", "--env-file", "a"], .excluded("--env-file", by: "--undo")),
            (
                ["deploy", "--undo", "--env-file=a", "--replace-env"],
                .excluded("--env-file", by: "--undo")
            ),
            (["deploy", "--undo", "--replace-env"], .excluded("--replace-env", by: "--undo")),
            (["deploy", "--replace-env"], .needed("--env-file", for: "--replace-env")),
            (["deploy", "--env-file", "a", "--env-file=b"], .repeated("--env-file")),
            (
                ["deploy", "--env-file"],
                .missingValue("--env-file", placeholder: "FILE", next: nil)
            ),
            (
                ["deploy", "--env-file", "--json"],
                .missingValue("--env-file", placeholder: "FILE", next: "--json")
            ),
            (["pack", "--env-file", "a"], .secretsInPack),
            (["--env-file=a", "pack", "hello"], .secretsInPack),
            (["deploy", "--undo", "--replace-wsgi"], .excluded("--replace-wsgi", by: "--undo")),
            (["deploy", "--undo", "--python", "3.9"], .excluded("--python", by: "--undo")),
            (["deploy", "--undo", "--no-check"], .excluded("--no-check", by: "--undo")),
            (
                ["check", "--undo"],
                .optionOfAnotherCommand("--undo", command: .check, owners: [.deploy, .update])
            ),
            (["check", "--env", "A=b"], .badVariable("A=b")),
            (["visit", "--env="], .badVariable("")),
            (["hello", "--overwrite"], .needed("--into", for: "--overwrite")),
            (["hello", "--skip-existing"], .needed("--into", for: "--skip-existing")),
            (
                ["hello", "--into", "--overwrite", "--skip-existing"],
                .excluded("--skip-existing", by: "--overwrite")
            ),
            (["hello", "--quiet", "--json"], .excluded("--quiet", by: "--json")),
            (["hello", "--user", "a", "--user", "b"], .repeated("--user")),
            (["hello", "-u", "a", "--user=a"], .repeated("--user")),
            (["hello", "-q", "-q"], .repeated("--quiet")),
            (["hello", "-l", "python", "--language=python"], .repeated("--language")),
            (["hello", "-l"], .missingValue("-l", placeholder: "L", next: nil)),
            (["hello", "--lang", "x"], .unknownOption("--lang", nearest: "--language")),
            (
                ["list", "-l", "python"],
                .optionOfAnotherCommand("--language", command: .list, owners: [.create])
            ),
        ] as [([String], ArgumentError)]
    )
    func bad(words: [String], error: ArgumentError) {
        #expect(throws: error) { try parsed(words) }
    }

    @Test("every word kept for a command is refused as a name, and says so")
    func commandWords() {
        #expect(
            Set(CommandName.allCases.dropFirst().map(\.rawValue)).isSubset(
                of: ProjectName.commandWords
            )
        )
        for word in ProjectName.commandWords {
            let error = #expect(throws: ScaffoldError.self) { try ProjectName(word) }
            #expect(error?.diagnostic.reason?.contains("a command of pa-new") == true)
        }
    }
}

extension PythonVersion {
    /// The first of those that are offered.
    fileprivate static var oldest: PythonVersion { offered[0] }
}
