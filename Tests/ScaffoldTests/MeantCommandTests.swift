// Which names are taken for a mistyped command, or for a command of other tools, and which are names.

import Testing

@testable import Scaffold
@testable import pa_new

@Suite("A name that is nearly a command")
struct MeantCommandTests {
    private func parsed(_ arguments: [String]) throws -> Command {
        try parse(arguments, options: usualOptions()) { _ in false }
    }

    /// The command that a lone name is taken for; nil where it is a name.
    private func meant(by name: String) throws -> MeantCommand? {
        guard case .create(_, let mode) = try parsed([name]) else { return nil }
        return mode.meantCommand
    }

    @Test(
        "a slip is seen, of every kind and in every command",
        arguments: [
            (
                .check,
                ["chekc", "hceck", "chck", "chek", "chec", "checkk", "cheeck", "chrck", "Check"]
            ),
            (.visit, ["vsiit", "viist", "vist", "visi", "visitt", "vissit", "visir", "bisit"]),
            (
                .deploy,
                ["deplyo", "dpeloy", "deply", "deplo", "depploy", "deployy", "depliy", "deplay"]
            ),
            (
                .update,
                ["updaet", "udpate", "updte", "upate", "updaate", "updatee", "upfate", "updete"]
            ),
            (.template, ["templaet", "tempalte", "templte", "templat", "tamplate", "templatee"]),
            (
                .list,
                ["lsit", "lits", "lst", "lis", "listt", "llist", "lisr", "kist", "LIST", "List"]
            ),
            (
                .completions,
                ["completion", "compeltions", "completoins", "competions", "conpletions"]
            ),
            (.man, ["mna", "amn", "MAN"]), (.add, ["dad", "ADD"]),
            (.help, ["hlep", "hepl", "hlp", "hel", "helpp", "hekp", "gelp", "HELP"]),
        ] as [(CommandName, [String])]
    )
    func slips(command: CommandName, words: [String]) throws {
        for word in words {
            let meant = try meant(by: word)
            #expect(meant?.nearest == command, "\(word)")
            #expect(meant?.isSlip == true, "\(word)")
        }
    }

    @Test("every command has slips in the table above: two neighbours swapped are always one")
    func swaps() throws {
        for command in CommandName.words {
            let letters = Array(command.rawValue)
            var swapped = 0
            for index in letters.indices.dropLast() where letters[index] != letters[index + 1] {
                var word = letters
                word.swapAt(index, index + 1)
                #expect(try meant(by: String(word))?.nearest == command, "\(String(word))")
                swapped += 1
            }
            #expect(swapped > 0)
        }
    }

    @Test(
        "a command of other tools is none of ours, and the nearest is told",
        arguments: [
            ("run", "preview"), ("serve", "preview"), ("start", "preview"), ("Run", "preview"),
            ("runserver", "preview"), ("test", "check"), ("lint", "check"), ("upgrade", "update"),
            ("publish", "deploy"), ("push", "deploy"), ("init", "NAME"), ("new", "NAME"),
            ("create", "NAME"), ("startproject", "NAME"), ("install", "--help"),
            ("remove", "--help"), ("build", "--help"),
        ]
    )
    func otherTools(word: String, nearest: String) throws {
        let meant = try #require(try meant(by: word))
        #expect(!meant.isSlip)
        let diagnostic = ArgumentError.nearlyCommand(meant, isName: true).diagnostic
        #expect(diagnostic.message == "there is no command '\(word)'")
        let hint = try #require(diagnostic.hint)
        #expect(hint.contains("pa-new \(nearest)"), "\(hint)")
        #expect(hint.hasSuffix("(for a project called '\(word)': pa-new -- \(word))"), "\(hint)")
    }

    @Test("each word of other tools in the list is found, and is no command of ours")
    func list() throws {
        for (word, nearest) in MeantCommand.ofOtherTools {
            #expect(!CommandName.allCases.map(\.rawValue).dropFirst().contains(word))
            #expect(try meant(by: word)?.nearest == nearest, "\(word)")
        }
    }

    /// A hundred names that people give to projects: many of them one letter away from a command.
    static let ordinary = """
        blogs blog main lists list1 list2 listen lister checks check1 checker checkout visits visitor visit1
        deploys deployer deploy2 updates updated updater update1 template1 helps helper help1 helpdesk
        man1 mane many mans map maps mac max may ban can fan pan van mango manga manual moan mean
        last lost lust gist mist fist lift lint1 light limit held hell helm hello help-me yelp kelp heap
        chick chuck chock cheek chess chalk vista visor visa
        adds added adder ad ads odd aid
        shop store cafe api app web home page portfolio gallery photos music recipes todo notes wiki
        forum chat mail news weather search status shell config release upload sync watch docs server
        polls quiz bank budget garden library museum school hotel runner servers service starter builds tests1
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    @Test("an ordinary name is a name")
    func names() throws {
        #expect(Set(Self.ordinary).count == Self.ordinary.count)
        #expect(Self.ordinary.count >= 100)
        for name in Self.ordinary {
            #expect(isName(name), "\(name)")
            #expect(try meant(by: name) == nil, "\(name)")
        }
    }

    @Test("hostile words are no slips, however long, and are looked at in no time")
    func hostile() throws {
        for word in [
            "", " ", "check\n", "ch\u{1B}ck", "chec\u{0}", "list\u{200D}", "ch\u{E9}ck", "сheck",
            String(repeating: "check", count: 200_000), "-", "..", "check/", "l1st", "check-",
            "1ist",
        ] {
            #expect(try meant(by: word) == nil, "\(word.debugDescription.prefix(40))")
        }
        // Kelvin's sign is a k in lower case: nearly a command, and no name.
        let kelvin = try #require(try meant(by: "chec\u{212A}"))
        #expect(!isName(kelvin.word))
        let hint = ArgumentError.nearlyCommand(kelvin, isName: false).diagnostic.hint
        #expect(hint == "did you mean: pa-new check?")
    }

    @Test("after -- every word is a name")
    func dashes() throws {
        for word in ["chekc", "run", "LIST"] {
            for arguments in [["--", word], ["-q", "--", word]] {
                guard case .create(let request, let mode) = try parsed(arguments) else {
                    Issue.record("\(arguments)")
                    continue
                }
                #expect(request.name == word)
                #expect(mode.meantCommand == nil)
            }
        }
    }

    @Test("an option that says what to make means a project, unless the command takes it as well")
    func options() throws {
        for option in try Option.all(Catalog.embedded()) where option.commands.contains(.create) {
            for word in ["chekc", "updaet", "deplyo", "run", "init", "install"] {
                let meant = try #require(MeantCommand(word))
                let value = option.name == .maxOutput ? "1G" : "a=b"
                var arguments = [word, option.long] + (option.value == nil ? [] : [value])
                if ["--skip-existing", "--overwrite"].contains(option.long) {
                    arguments.append("--into")
                }
                guard case .create(_, let mode) = try parsed(arguments) else { continue }
                let nearest = meant.nearest ?? .create
                let isOurs = nearest != .create && option.commands.contains(nearest)
                let describes =
                    option.value != nil || Set(option.commands).isSubset(of: [.create, .adopt])
                #expect(
                    (mode.meantCommand == nil) == (describes && !isOurs),
                    "\(arguments)"
                )
            }
        }
        // Said once more in words, so that the rule cannot be turned round in both places.
        for (arguments, isProject) in [
            ("chekc --framework flask", true), ("chekc --user alice", true),
            ("run --template t", true),
            ("run --user alice", true), ("chekc --git", true), ("lsit --into", true),
            ("chekc --python 3.12", false), ("deplyo --user alice", false),
            ("updaet --set a=b", false),
            ("updaet --template t", false), ("chekc --quiet", false), ("lsit --json", false),
            ("deplyo --dry-run", false), ("init --json", false), ("init --user alice", true),
        ] {
            let words = arguments.split(separator: " ").map(String.init)
            guard case .create(_, let mode) = try parsed(words) else {
                Issue.record("\(arguments)")
                continue
            }
            #expect((mode.meantCommand == nil) == isProject, "\(arguments)")
        }
    }

    @Test(
        "two names, or an option of another command, mean no project at all",
        arguments: [
            ["chekc", "hello"], ["run", "hello"], ["new", "hello"],
            ["create", "hello", "-f", "flask"],
            ["chekc", "--strict"], ["visti", "--data", "x"], ["serve", "--method", "GET"],
        ]
    )
    func noProject(arguments: [String]) throws {
        let meant = try #require(MeantCommand(arguments[0]))
        let error = ArgumentError.nearlyCommand(meant, isName: true)
        #expect(throws: error) { try parsed(arguments) }
    }
}
