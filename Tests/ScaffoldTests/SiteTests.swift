// Accounts, domains, and what the host derives from them.

import Testing

@testable import Scaffold

@Suite("The host's names and paths")
struct SiteTests {
    private func site(_ user: String?, _ domain: String?, name: String = "hello") throws -> Site {
        Site(
            name: try ProjectName(name),
            account: try user.map { try AccountName($0) },
            domain: try domain.map { try Domain($0) }
        )
    }

    @Test(
        "the WSGI file follows the domain",
        arguments: [
            ("alice", nil, "/var/www/alice_pythonanywhere_com_wsgi.py"),
            ("Alice", nil, "/var/www/alice_pythonanywhere_com_wsgi.py"),
            (
                "alice", "alice.eu.pythonanywhere.com",
                "/var/www/alice_eu_pythonanywhere_com_wsgi.py"
            ),
            (
                "alice", "api-alice.eu.pythonanywhere.com",
                "/var/www/api-alice_eu_pythonanywhere_com_wsgi.py"
            ),
            ("alice", "www.example.com", "/var/www/www_example_com_wsgi.py"),
            ("alice", "WWW.My-Shop.Example.COM", "/var/www/www_my-shop_example_com_wsgi.py"),
            (nil, "www.example.com", "/var/www/www_example_com_wsgi.py"),
            (nil, nil, "/var/www/USER_pythonanywhere_com_wsgi.py"),
        ] as [(String?, String?, String)]
    )
    func wsgiFile(user: String?, domain: String?, path: String) throws {
        #expect(try site(user, domain).wsgiFile == path)
    }

    @Test("folders keep the account's case, the page does not")
    func folders() throws {
        let site = try site("Alice", nil, name: "hello-world")
        #expect(site.home == "/home/Alice")
        #expect(site.sourceFolder == "/home/Alice/hello-world")
        #expect(site.staticFolder == "/home/Alice/hello-world/static")
        #expect(site.virtualenv == "/home/Alice/.virtualenvs/hello-world")
        #expect(site.url == "https://alice.pythonanywhere.com/")
    }

    @Test(
        "a bad account is refused for its own reason",
        arguments: [
            ("", .empty),
            ("al ice", .character(" ")),
            ("al_ice", .character("_")),
            ("älice", .character("ä")),
            ("alice\n", .character("\n")),
            ("../alice", .character(".")),
            ("alice/..", .character("/")),
            ("-alice", .hyphenAtAnEnd),
            ("alice-", .hyphenAtAnEnd),
            ("alice.pythonanywhere.com", .domain(user: "alice")),
            ("alice@example.com", .domain(user: "alice")),
            (String(repeating: "a", count: 64), .tooLong(count: 64)),
        ] as [(String, AccountName.Problem)]
    )
    func badUser(user: String, problem: AccountName.Problem) {
        let error = #expect(throws: ScaffoldError.self) { try AccountName(user) }
        guard case .invalidUser(user, problem) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test(
        "a bad domain is refused for its own reason",
        arguments: [
            ("", .empty),
            ("localhost", .singleLabel),
            ("alice", .singleLabel),
            ("example..com", .emptyLabel),
            (".example.com", .emptyLabel),
            ("example.com.", .emptyLabel),
            ("-a.example.com", .hyphenAtAnEnd("-a")),
            ("a-.example.com", .hyphenAtAnEnd("a-")),
            ("my_site.example.com", .character("_")),
            ("*.example.com", .character("*")),
            ("exa mple.com", .character(" ")),
            ("example.com\n", .character("\n")),
            ("../example.com", .emptyLabel),
            ("münchen.de", .international),
            ("例え.jp", .international),
            ("192.168.0.1", .number),
            ("pythonanywhere.com", .host),
            ("EU.pythonanywhere.com", .host),
            ("www.pythonanywhere.com", .host),
            ("https://www.example.com", .address(domain: "www.example.com")),
            ("http://www.example.com/page?x#y", .address(domain: "www.example.com")),
            ("www.example.com:8000", .address(domain: "www.example.com")),
            ("www.example.com/", .address(domain: "www.example.com")),
            (
                String(repeating: "a", count: 64) + ".com",
                .longLabel(String(repeating: "a", count: 64))
            ),
            (String(repeating: "a.", count: 127) + "a", .tooLong(count: 255)),
        ] as [(String, Domain.Problem)]
    )
    func badDomain(domain: String, problem: Domain.Problem) {
        let error = #expect(throws: ScaffoldError.self) { try Domain(domain) }
        guard case .invalidDomain(domain, problem) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("a domain of a hundred thousand letters is refused for its length")
    func hugeDomain() {
        let error = #expect(throws: ScaffoldError.self) {
            try Domain(String(repeating: "a", count: 100_000))
        }
        guard case .invalidDomain(_, .tooLong(count: 100_000)) = error else {
            Issue.record("another error")
            return
        }
    }

    @Test(
        "below the host's domains an account has only its own",
        arguments: [
            ("alice", "alice.pythonanywhere.com", true),
            ("Alice", "alice.pythonanywhere.com", true),
            ("alice", "ALICE.eu.pythonanywhere.com", true),
            ("alice", "shop-alice.pythonanywhere.com", true),
            ("alice", "shop-alice.eu.pythonanywhere.com", true),
            ("alice", "www.example.com", true),
            ("alice", "pythonanywhere.com.example.com", true),
            ("alice", "bob.pythonanywhere.com", false),
            ("alice", "bob.eu.pythonanywhere.com", false),
            ("alice", "shop-bob.pythonanywhere.com", false),
            ("alice", "malice.pythonanywhere.com", false),
            ("alice", "www.alice.pythonanywhere.com", false),
        ]
    )
    func ownership(user: String, domain: String, isPossible: Bool) throws {
        #expect(try Domain(domain).canBelong(to: AccountName(user)) == isPossible)
    }
}

@Suite("The host's Pythons")
struct PythonVersionTests {
    @Test("the current image's versions are offered, 3.13 without asking")
    func offered() {
        #expect(
            PythonVersion.offered.map(\.description) == ["3.9", "3.10", "3.11", "3.12", "3.13"]
        )
        #expect(PythonVersion.default.description == "3.13")
    }

    @Test(
        "another version is refused, with the nearest that is offered",
        arguments: [
            ("3.14", "3.13"), ("3.8", "3.9"), ("2.7", "3.13"), ("3.12.4", "3.12"), ("312", "3.12"),
            ("python3.11", "3.11"), ("3", "3.13"), ("", "3.13"), ("3.", "3.13"), ("3.x", "3.13"),
            ("latest", "3.13"), ("3.99999999999999999999999", "3.13"), ("٣.١٣", "3.13"),
            (" 3.12", "3.12"), ("3.1", "3.9"),
        ]
    )
    func refused(text: String, nearest: String) {
        let error = #expect(throws: ScaffoldError.self) { try PythonVersion(text) }
        guard case .unknownPython(text, let found) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(found.description == nearest)
    }
}
