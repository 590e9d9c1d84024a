// What the arguments of `add` become.

import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The arguments of add")
struct AddArgumentsTests {
    private func parsed(_ arguments: [String]) throws -> Command {
        try parse(arguments, options: usualOptions()) { _ in false }
    }

    @Test(
        "words become a command",
        arguments: [
            (["add", "handler", "about"], .add(AddRequest(name: "about"), asJSON: false)),
            (
                ["--path", "/x", "add", "handler", "about", "site", "-n", "--json", "-t", "web"],
                .add(
                    AddRequest(
                        name: "about",
                        path: "/x",
                        folder: "site",
                        template: "web",
                        isDryRun: true
                    ),
                    asJSON: true
                )
            ),
            (["--", "add"], .create(Request(name: "add"), CreationMode())),
        ] as [(words: [String], command: Command)]
    )
    func good(words: [String], command: Command) throws {
        #expect(try parsed(words) == command)
    }

    @Test(
        "words that cannot be understood are refused",
        arguments: [
            (["add"], .noAddition),
            (["add", "handlr"], .unknownAddition("handlr", nearest: "handler")),
            (["add", "about"], .unknownAddition("about", nearest: nil)),
            (["add", "handler"], .noHandlerName),
            (["add", "handler", "a", "b", "c"], .unexpected("c", command: .add)),
            (["add", "handler", "a", "--path", "/a", "--path", "/b"], .repeated("--path")),
            (
                ["add", "--framework", "flask"],
                .optionOfAnotherCommand("--framework", command: .add, owners: [.create])
            ),
        ] as [([String], ArgumentError)]
    )
    func bad(words: [String], error: ArgumentError) {
        #expect(throws: error) { try parsed(words) }
    }
}
