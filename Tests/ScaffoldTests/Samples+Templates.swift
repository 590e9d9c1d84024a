// Examples of what can be wrong with templates, with Python and with a deployment.

import Foundation
import JSON
import Mustache

@testable import HostTools
@testable import ProjectFiles
@testable import Scaffold

extension Samples {
    /// What `template check` finds.
    static func template() -> [Samples] {
        let problems: [TemplateProblem] = [
            .link, .notAFile, .submodule, .largeFilePointer, .nameIsNotText,
            .unreadable(code: EACCES), .tooLarge(most: 1_048_576),
            .notText, .path(.leaves), .notOnWindows("nul.txt"), .missingManifest,
            .manifestElsewhere(["web"], instead: "gh:ada/templates#web"),
            .bareRepository(instead: "git+file:///srv/web.git"),
            .usualPath("../x/a.py", .leaves), .formerQuestion("port"),
            .json("expected a value, found '}'"), .unknownKey("titel", nearest: "title"),
            .missingKey("key"), .wrongType(key: "title", expected: "a text", found: "a list"),
            .empty(key: "title"), .invisibleCharacter(key: "title"),
            .tooMany(key: "questions", most: 100), .badQuestionKey("a b"), .ownName("name"),
            .repeatedQuestion("port"), .unknownType("int", nearest: "integer"),
            .unknownType("x", nearest: nil), .notForType(key: "pattern", type: "bool"),
            .repeatedChoice("MIT"), .badPattern(Pattern.Problem(kind: .badRange, offset: 3)),
            .badDefault(.notAnInteger), .unknownCondition("prt", nearest: "port"),
            .laterQuestion("port"), .notATruth("licence", instead: "licence=MIT"),
            .notATruth("port", instead: nil), .unknownFile("a.txt", nearest: "b.txt"),
            .badAdditionPath("../a", .leaves), .unknownCode("a.txt"), .badPlace("top"),
            .excluded("from", by: "add"), .unusedAddition, .badSizes,
            .badUpload("../a", .leaves), .badStaticFolder(key: "url", "/static/", .ownURL),
            .repeatedURL("/static/admin/"), .staticFoldersWithoutPackages, .mustache(.emptyTag),
            .onlyInside("number", list: "steps"),
            .tagInPath("#a"), .dynamicName("name"), .circle(["a", "b", "a"]), .unusedPartial,
            .unusedQuestion("port"), .rawText("shop", .python), .rawText("shop", .shell),
            .rawText("shop", .html), .literalInQuotes("shop.json"),
        ]
        return [
            Samples(problems) { "\(TemplateFinding(path: "web/a.txt", problem: $0))\n" },
            Samples(named: "TemplateFinding", "\(TemplateFinding(location, .emptyTagSample))\n"),
        ]
    }

    /// What is wrong with the addresses of templates.
    static func addresses() -> [Samples] {
        let output = "fatal: unable to access 'https://ada:secret@h/x/': "
        return [
            Samples(
                of: TemplateAddress.Problem.self,
                [
                    .character(" "), .tooLong(most: 2048), .password,
                    .scheme("http", instead: "https://example.com/web"),
                    .scheme("ext", instead: nil),
                    .path(instead: "git+file:///srv/web.git#svc"),
                    .noRepository(form: "gh:OWNER/NAME"), .badHost("-x"), .badPath("/a?b"),
                    .badRef("--x"), .badFolder("../x"),
                ]
            ) { words(ScaffoldError.badAddress("http://example.com/web", $0).diagnostic) },
            Samples(
                of: FetchProblem.self,
                [
                    .noGit, .cannotStart(path: "/usr/bin/git", code: EACCES),
                    .failed(output: output + "Could not resolve host: h"),
                    .failed(output: output + "Authentication failed"), .failed(output: ""),
                    .noRef("v9"), .noRef(nil), .noFolder("web"), .tooLong(seconds: 120),
                    .tooLarge(most: 104_857_600), .tooMany(most: 20_000), .interrupted,
                    .files(.system(.makeFolder, path: "/tmp", code: ENOSPC)),
                ]
            ) { words($0.diagnostic(for: "gh:ada/templates@v2#web")) },
        ]
    }

    /// What is wrong with parts of templates and answers.
    static func problems() -> [Samples] {
        [
            Samples(
                of: AnswerProblem.self,
                [
                    .wrongType(expected: "a text"), .notYesOrNo, .notAnInteger, .tooManyDigits,
                    .notAChoice(nearest: "MIT", words: ["MIT", "none"]),
                    .notAChoice(nearest: nil, words: ["MIT", "none"]), .noMatch(pattern: "[a-z]+"),
                    .controlCharacter("\u{7}"), .controlCharacter("\n"), .tooLong(most: 10_000),
                    .tooManyLines(most: 1000),
                ]
            ) { "\($0)\n" },
            Samples(
                of: StaticFolder.Problem.self,
                [
                    .tooLong(most: 255), .urlWithoutSlashes, .wholeSite, .ownURL, .notAPackage,
                    .folderWithSlashes, .path(.leaves), .path(.emptySegment), .character("%"),
                ]
            ) { "\($0)\n" },
            Samples(
                of: PathProblem.self,
                [
                    .emptySegment, .leaves, .tooLong, .pathTooLong, .tooDeep, .reserved,
                    .controlCharacter, .taken(by: "A.txt"),
                ]
            ) { "\($0)\n" },
            Samples(
                of: Pattern.Problem.Kind.self,
                [
                    .unclosed("("), .strayParenthesis, .nothingToRepeat, .badCount, .badRange,
                    .emptyClass, .unknownEscape("q"), .unknownGroup, .strayAnchor("^"),
                    .strayAnchor("$"), .tooLarge,
                ]
            ) { "\(Pattern.Problem(kind: $0, offset: 3))\n" },
            Samples(
                of: JSONText.Problem.Kind.self,
                [
                    .byteOrderMark, .notUTF8, .expected("a value", found: "}"),
                    .expected("a value", found: nil), .controlCharacter, .badEscape, .loneSurrogate,
                    .badNumber, .repeatedKey("title"), .tooDeep, .tooLarge(most: 1000),
                ]
            ) { "\(JSONText.Problem($0, at: 3))\n" },
            Samples(
                of: Mustache.Failure.Kind.self,
                [
                    .unclosedTag, .emptyTag, .malformedName("a b"), .malformedDelimiters("<%"),
                    .unclosedSection("a"), .wrongClosingTag("b", expected: "a"),
                    .strayClosingTag("a"),
                    .unknownName("nme", nearest: "name"), .unknownPartial("hedd", nearest: nil),
                    .notText("steps"), .tooDeep(limit: 100, chain: ["a", "b"]),
                    .outputTooLarge(limit: 1000), .tooManyExpansions(limit: 1000),
                    .tooManyLookups(limit: 1000),
                    .inLambda("a", .emptyTag),
                ]
            ) { "\($0)\n" },
        ]
    }

    /// What keeps Python from being run, and from looking at a project.
    static func python() -> [Samples] {
        [
            Samples(
                of: PythonError.self,
                [
                    .noInterpreter("python9"), .noInterpreter(nil),
                    .interpreterInProject(".venv/bin/python"), .noInterpreterOutside,
                    .cannotStart(path: "/usr/bin/python3", code: EACCES),
                    .noTemporaryDirectory(path: "/tmp", reason: "Permission denied"),
                    .sharedTemporaryDirectory(path: "/tmp"),
                    .cannotUnpack(FileError.system(.write, path: "/tmp/a", code: EFBIG).diagnostic),
                ]
            ) { words($0.diagnostic) },
            Samples(
                of: CheckError.self,
                [
                    .badRecord(folder: "hello", .unreadable(reason: "\(JSONProblem.notJSON)")),
                    .cannotCheck(message: "there is no folder /srv/site"),
                    .noEntry(message: "no file in /srv/site is an entry file", wsgiFile: nil),
                    .noEntry(message: "no file in /srv/site is an entry file", wsgiFile: "x"),
                    .interrupted, .brokenReport(exitCode: 1),
                ]
            ) { words($0.diagnostic) },
        ]
    }

    /// What keeps a deployment from beginning.
    static func deployment() -> [Samples] {
        [
            Samples(
                of: DeployError.self,
                [
                    .noProject(folder: "hello", .missing), .unfinished(folder: "hello"),
                    .noProject(folder: "hello", .unreadable(reason: "\(JSONProblem.notJSON)")),
                    .badProject(
                        folder: "hello",
                        .unknownFramework("flsk", nearest: "flask", known: ["flask"])
                    ), .noAccount(command: "deploy"),
                ]
            ) { words($0.diagnostic) }
        ]
    }
}

extension TemplateProblem {
    /// A problem that has a place in a file.
    fileprivate static let emptyTagSample = TemplateProblem.mustache(.emptyTag)
}
