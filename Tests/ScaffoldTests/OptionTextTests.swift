// What an option does for a command is what the help and the manual page of that command say.

import Foundation
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The texts of options")
struct OptionTextTests {
    /// Returns a text with one space between words.
    private func flat(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The rows of options in the help of a command, by the option as it is typed.
    private func rows(_ help: String) throws -> [String: String] {
        let heading = try #require(help.firstRange(of: #/\nOptions( of pa-new NAME)?\n/#))
        var rows: [String: String] = [:]
        var last: String?
        for line in help[heading.upperBound...].split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            guard !line.isEmpty else { break }
            if let match = line.firstMatch(
                of: #/^  (?:-\w, |    )(--[\w-]+)( \S+(?: \S+')?)?  +(.+)$/#
            ) {
                last = String(match.1)
                rows[String(match.1)] = String(match.3)
            } else if let option = last {
                rows[option, default: ""] += " " + flat(String(line))
            }
        }
        return rows
    }

    @Test("a command has one option for each spelling, and the usual ones are among all")
    func spellings() throws {
        let catalog = try Catalog.embedded()
        let all = Option.all(catalog)
        func spellings(_ options: [Option]) -> [String] {
            options.flatMap { [$0.long] + ($0.short.map { ["-\($0)"] } ?? []) }
        }
        for command in CommandName.allCases {
            let own = spellings(all.filter { $0.commands.contains(command) })
            #expect(Set(own).count == own.count, "\(command)")
        }
        let usual = Option.usual(catalog)
        #expect(
            usual.allSatisfy { option in
                all.contains { $0.name == option.name && $0.commands == option.commands }
            }
        )
        #expect(Set(usual.map(\.name)).isSuperset(of: [.framework, .output, .quiet]))
    }

    @Test(
        "the help of each command has its own text for each of its options",
        arguments: CommandName.allCases
    )
    func help(command: CommandName) throws {
        let options = try Option.all(.embedded())
        let text =
            command == .create
            ? helpText(options: options) : helpText(of: command, options: options)
        let own = options.filter { $0.commands.contains(command) }
        let expected = Dictionary(
            uniqueKeysWithValues: own.map { ($0.long, $0.help(for: command)) }
        )
        #expect(try rows(text) == expected)
    }

    @Test("the manual page has each text once, with the commands that it belongs to")
    func manual() throws {
        let options = try Option.all(.embedded())
        let page = flat(
            manualPage(options: options).replacing("\\-", with: "-").replacing("\\&", with: "")
        )
        for option in options {
            // An option that means something else for another command is there twice.
            let parts = page.components(separatedBy: ".It Fl ").filter { part in
                part.hasPrefix("-\(option.name.rawValue) ")
                    || part.dropFirst(1).hasPrefix(" , Fl -\(option.name.rawValue) ")
            }.joined()
            for command in option.commands {
                let sentence = option.help(for: command) + "."
                let place = try #require(parts.range(of: sentence), "\(option.long), \(command)")
                // The next "An option of" names the command; there is none for what all of them know.
                let rest = parts[place.upperBound...]
                if option.commands.count < CommandName.allCases.count {
                    let owners = try #require(rest.firstMatch(of: #/An option of: ([^.]*)\./#)).1
                    #expect(owners.contains("pa-new \(command.word)"), "\(option.long), \(command)")
                }
            }
        }
    }

    @Test(
        "an option that means something else for another command says so",
        arguments: [
            ("--json", .list, "list", ["report"]), ("--json", .create, "report", ["list"]),
            ("--json", .deploy, "report", ["list"]),
            ("--user", .create, "next steps", ["deploy"]),
            ("--user", .deploy, "deploy to", ["steps"]),
            ("--set", .create, "question of the template", ["name, framework"]),
            ("--set", .update, "name, framework", []),
            ("--template", .create, "instead of a framework", ["made from"]),
            ("--template", .update, "made from", ["instead"]),
            ("--python", .create, "(default: 3.13)", ["check"]),
            ("--python", .check, "check", ["3.13)"]),
            ("--python", .deploy, "(default: the project's)", ["check"]),
            ("--dry-run", .create, "write nothing", ["API"]),
            ("--dry-run", .deploy, "API calls", []),
            ("--dry-run", .update, "change nothing", ["API"]),
            ("--interpreter", .check, "loads the app", ["deploys"]),
            ("--interpreter", .deploy, "deploys", ["loads"]),
            ("--domain", .deploy, "the project's", []),
            ("--domain", .create, "EU", ["the project's"]),
            ("--domain", .check, "requests are for", ["EU"]),
            ("--domain", .visit, "request is for", ["EU"]),
            ("--json", .check, "--format json", ["list"]),
            ("--json", .visit, "body of the request", ["report"]),
            ("--output", .create, "parent folder", ["response"]),
            ("--output", .visit, "body of the response", ["parent folder"]),
        ] as [(String, CommandName, String, [String])]
    )
    func meanings(long: String, command: CommandName, part: String, others: [String]) throws {
        let option = try #require(
            try Option.all(.embedded()).first {
                $0.long == long && $0.commands.contains(command)
            }
        )
        #expect(option.help(for: command).contains(part))
        for other in others { #expect(!option.help(for: command).contains(other), "\(other)") }
    }

    @Test("a default is said as (default: X), and nowhere otherwise")
    func defaults() throws {
        for option in try Option.all(.embedded()) {
            for text in option.helps.map(\.text) {
                #expect(!text.contains("where not said"))
                let count = text.components(separatedBy: "default").count - 1
                let marked = text.components(separatedBy: "(default: ").count - 1
                #expect(count == marked || option.name == .defaults, "\(text)")
            }
        }
    }
}

/// The options, as the program takes them.
func usualOptions() throws -> OptionTable {
    let catalog = try Catalog.embedded()
    return OptionTable(usual: Option.usual(catalog), all: Option.all(catalog))
}
