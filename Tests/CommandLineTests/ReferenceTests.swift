// docs/reference.md: the parts that tables in the code say are written from them.
//
// REWRITE_REFERENCE=1 writes these parts. The rules of `check` are written by CheckerTests/Python/test_reference.py.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The reference")
struct ReferenceTests {
    private static let page = Paths.package.appending(path: "docs/reference.md")

    /// Compares a part of the page, between two comments, with what it has to be.
    private func expectPart(_ name: String, is lines: [String]) throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let start = "<!-- begin \(name): written by a test -->\n\n"
        let end = "\n<!-- end \(name) -->\n"
        let first = try #require(text.range(of: start), "no part called \(name)")
        let last = try #require(text.range(of: end), "no end of \(name)")
        let part = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["REWRITE_REFERENCE"] != nil {
            let new = text[..<first.upperBound] + part + text[last.lowerBound...]
            try Data(new.utf8).write(to: Self.page)
            return
        }
        let isSame = text[first.upperBound..<last.lowerBound] == part
        #expect(isSame, "\(name): write it again with REWRITE_REFERENCE=1")
    }

    @Test("has every command with its options, every exit code, and the files of every project")
    func everything() throws {
        // One test, so that no two write the page at the same time.
        let options = try Option.all(.embedded())
        try expectPart("commands", is: CommandName.allCases.flatMap { lines(of: $0, options) })
        try expectPart("exit codes", is: exitCodes())
        try expectPart("files", is: files())
    }

    /// The section of a command.
    private func lines(of command: CommandName, _ options: [Option]) -> [String] {
        let options = options.filter { $0.commands.contains(command) }
        let rows = options.map { option in
            var typed = option.short.map { "`-\($0)`, " } ?? ""
            typed += "`\(option.long)\(option.value.map { " " + $0 } ?? "")`"
            return "| \(typed) | \(markdown(option.help(for: command))) |"
        }
        let summary = markdown(command.summary)
        var lines = ["### \(heading(of: command))", "", "`pa-new \(command.synopsis)`", ""]
        lines.append(summary.prefix(1).uppercased() + summary.dropFirst() + ".")
        for paragraph in command.details { lines += ["", markdown(paragraph)] }
        lines += ["", "| option | effect |", "| --- | --- |"]
        lines += rows
        for choices in options.compactMap(choices) { lines += ["", choices] }
        lines += ["", "```sh"]
        lines += command.examples
        lines += ["```", ""]
        return lines
    }

    private func heading(of command: CommandName) -> String {
        command == .create ? "pa-new NAME" : "pa-new \(command.word)"
    }

    /// The values of an option that says them in its help for completions only.
    private func choices(of option: Option) -> String? {
        guard case .choice(let choices) = option.kind, choices.contains(where: { $0.help != "" })
        else { return nil }
        let texts = choices.map { choice in
            "`\(choice.word)`" + (choice.help == "" ? "" : " (\(markdown(choice.help)))")
        }
        return "Values of `\(option.long)`: " + texts.joined(separator: ", ") + "."
    }

    /// A row for each meaning of each exit code.
    private func exitCodes() -> [String] {
        let meanings = ExitCode.meanings.enumerated().sorted {
            ($0.element.code, $0.offset) < ($1.element.code, $1.offset)
        }
        return ["| exit code | of | meaning |", "| --- | --- | --- |"]
            + meanings.map { _, row in
                let isGeneral = row.commands.count == CommandName.allCases.count
                let commands = isGeneral ? "all" : listed(row.commands.map { heading(of: $0) })
                return "| \(row.code) | \(commands) | \(markdown(row.meaning)) |"
            }
    }

    /// A table of the files that every project has, and one for each framework.
    private func files() throws -> [String] {
        let catalog = try Catalog.embedded()
        let projects = try catalog.frameworks.map { framework in
            let request = Request(
                name: "hello",
                framework: framework.name,
                language: framework.language,
                user: "alice"
            )
            let project = try Project(ProjectConfiguration(request, catalog: catalog))
            let rows = try render(project).map { file in
                let purpose = try purpose(
                    of: file.path,
                    String(decoding: try file.contents.bytes(), as: UTF8.self)
                )
                return "| `\(file.path)` | \(purpose) |"
            }
            let isDefault = framework.language == catalog.defaultLanguage
            let language = isDefault ? "" : " in \(framework.language ?? "no language")"
            return (title: framework.name + language, rows: rows)
        }
        let shared = projects[0].rows.filter { row in
            projects.allSatisfy { $0.rows.contains(row) }
        }
        var lines: [String] = []
        func add(_ title: String, _ rows: [String]) {
            if !lines.isEmpty { lines.append("") }
            lines += ["### \(title)", "", "| file | purpose |", "| --- | --- |"]
            lines += rows
        }
        add("In every project", shared)
        for (title, rows) in projects { add(title, rows.filter { !shared.contains($0) }) }
        return lines
    }

    /// What the files are for that do not say it themselves, by the end of their path.
    private static let purposes = [
        (".env.example", "the settings of the app, without values"),
        (".gitignore", "what git leaves out"),
        ("AGENTS.md", "what people and programs have to know before they change the code"),
        (".pa-new.base.json", "the files as pa-new wrote them, for `pa-new update`"),
        (".pa-new.json", "your answers, for `pa-new update`"),
        ("README.md", "the next steps, with your paths"),
        ("pyproject.toml", "what the linters demand"),
        ("requirements.txt", "the packages to install, with their versions"),
        ("static/hello.txt", "an example of a static file"),
        (
            "bottle.py",
            "Bottle is a fast and simple micro-framework for small web applications."
        ),
        ("Package.swift", "the description of the Swift package"),
        (".css", "the styles of the pages"),
        (".html", "the template of a page"),
        (".tpl", "the template of a page"),
        (".json", "data of the example"),
        (".LICENSE", "the licence of a file of others"),
        (".modulemap", "how Swift finds the interface"),
    ]

    /// The first sentence of a file, or what is known of files of its kind.
    private func purpose(of path: String, _ text: String) throws -> String {
        if let known = Self.purposes.first(where: { path.hasSuffix($0.0) }) { return known.1 }
        let opening = /^(?:#!.*\n)?(?:r?"""|\/\*|\/\/\/?|#) ?/
        let start = try #require(
            text.prefixMatch(of: opening),
            "\(path) does not say why it exists"
        )
        let paragraph = text[start.range.upperBound...].split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        .map { $0.replacing(/^\s*(\/\/\/?|\*\/?|#) ?/, with: "") }
        .prefix { !$0.isEmpty }
        .joined(separator: " ")
        let sentence =
            paragraph.prefixMatch(of: /.*?[.](?= |"|$)/).map { String($0.0) } ?? paragraph
        return markdown(
            sentence.replacing(/"""$|\s*\*\/$/, with: "").replacing(/:class:|:mod:/, with: "")
        )
    }

    /// A text of the help, for Markdown.
    private func markdown(_ text: String) -> String {
        let pieces = text.replacing("``", with: "`")
            .replacing(/(^|[\s(])'([^']+)'/) { "\($0.1)`\($0.2)`" }
            .split(separator: "`", omittingEmptySubsequences: false)
        let escaped = pieces.enumerated().map { place, piece -> String in
            // What is between backticks is code already.
            let isCode = !place.isMultiple(of: 2)
            let text = String(piece)
            if isCode { return text.replacing("|", with: "\\|") }
            return text.replacing(/[\\*_<|\[]/) { "\\" + $0.0 }
        }
        return escaped.joined(separator: "`")
    }
}
