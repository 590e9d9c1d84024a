// How the arguments of `visit` are read: short options as curl has them, and what excludes what.

import HostTools
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The arguments of visit")
struct VisitArgumentsTests {
    /// Reads the arguments; `/srv/site` is the only folder with such a path.
    private func parsed(_ arguments: [String]) throws -> Command {
        try parse(arguments, options: usualOptions()) { $0 == "/srv/site" }
    }

    @Test(
        "words become a request",
        arguments: [
            (["visit"], .visit(VisitRequest(), interpreter: nil)),
            (["visit", "/a?b"], .visit(VisitRequest(target: "/a?b"), interpreter: nil)),
            (["visit", "site"], .visit(VisitRequest(folder: "site"), interpreter: nil)),
            (["visit", "/srv/site"], .visit(VisitRequest(folder: "/srv/site"), interpreter: nil)),
            (["visit", "/"], .visit(VisitRequest(target: "/"), interpreter: nil)),
            (
                ["visit", "site", "/a", "--data", "x", "--header", "A: b", "--header=C:d"],
                .visit(
                    VisitRequest(
                        folder: "site",
                        target: "/a",
                        method: "POST",
                        body: .data(["x"]),
                        headers: ["A: b", "C:d"]
                    ),
                    interpreter: nil
                )
            ),
            (
                ["visit", "-XPUT", "-d", "a", "-d@b", "-HA: b=c", "-o", "f", "-L", "--body"],
                .visit(
                    VisitRequest(
                        method: "PUT",
                        body: .data(["a", "@b"]),
                        headers: ["A: b=c"],
                        followsRedirects: true,
                        output: "f",
                        printsBodyOnly: true
                    ),
                    interpreter: nil
                )
            ),
            (
                [
                    "visit", "/", "-Fa=b", "-F", "c=@d", "-F=e=f;g", "--form=h=", "--cookie-jar",
                    "j",
                ],
                .visit(
                    VisitRequest(
                        method: "POST",
                        body: .form(["a=b", "c=@d", "e=f;g", "h="]),
                        cookieJar: "j"
                    ),
                    interpreter: nil
                )
            ),
            (
                ["visit", "--json", "{}", "--json=-"],
                .visit(VisitRequest(method: "POST", body: .json(["{}", "-"])), interpreter: nil)
            ),
            (
                ["visit", "-d", ""],
                .visit(VisitRequest(method: "POST", body: .data([""])), interpreter: nil)
            ),
            (
                ["visit", "-d", "-"],
                .visit(VisitRequest(method: "POST", body: .data(["-"])), interpreter: nil)
            ),
            (
                ["-o", "f", "visit", "a"],
                .visit(VisitRequest(folder: "a", output: "f"), interpreter: nil)
            ),
            (["-X", "GET", "visit"], .visit(VisitRequest(method: "GET"), interpreter: nil)),
        ] as [([String], Command)]
    )
    func good(words: [String], command: Command) throws {
        #expect(try parsed(words) == command)
    }

    @Test(
        "words that cannot be understood are refused",
        arguments: [
            (["visit", "--header", "no colon"], .badHeader("no colon")),
            (["visit", "-X", "GET /"], .badMethod("GET /")),
            (["visit", "--method="], .badMethod("")),
            (["visit", "--form", "photo"], .badField("photo")),
            (["visit", "--form", "=x"], .badField("=x")),
            (["visit", "--form="], .badField("")),
            (["visit", "-d", "a", "-F", "b=c"], .excluded("--data", by: "--form")),
            (["visit", "--json", "a", "-d", "b"], .excluded("--data", by: "--json")),
            (["visit", "--json", "a", "-F", "b=c"], .excluded("--json", by: "--form")),
            (["visit", "-X", "HEAD", "--body"], .excluded("--body", by: "--method HEAD")),
            (["visit", "-o", "a", "--output=b"], .repeated("--output")),
            (["visit", "-o", "a", "-ob"], .repeated("--output")),
            (["visit", "--output="], .missingValue("--output", placeholder: "FILE", next: nil)),
            (["visit", "-L", "--follow"], .repeated("--follow")),
            (["visit", "-d"], .missingValue("-d", placeholder: "BODY", next: nil)),
            (["visit", "--json"], .missingValue("--json", placeholder: "BODY", next: nil)),
            (["visit", "-data", "x"], .unknownOption("-data", nearest: "--data")),
            (["visit", "-header=x"], .unknownOption("-header", nearest: "--header")),
            (["visit", "-Ly"], .unknownOption("-Ly", nearest: nil)),
            (["visit", "--location"], .unknownOption("--location", nearest: "--follow")),
            (["visit", "--request=PUT"], .unknownOption("--request", nearest: "--method")),
            (["visit", "--data-binary", "x"], .unknownOption("--data-binary", nearest: "--data")),
            (["visit", "-b", "x"], .unknownOption("-b", nearest: "--cookie-jar")),
            (["hello", "-b", "x"], .unknownOption("-b", nearest: nil)),
            (["hello", "-XPOST"], .unknownOption("-XPOST", nearest: nil)),
            (
                ["hello", "-X", "POST"],
                .optionOfAnotherCommand("--method", command: .create, owners: [.visit])
            ),
            (
                ["check", "-o", "x"],
                .optionOfAnotherCommand(
                    "--output",
                    command: .check,
                    owners: [.create, .visit, .pack]
                )
            ),
            (
                ["--json", "visit"],
                .optionOfAnotherCommand(
                    "--json",
                    command: .visit,
                    owners: [.create, .adopt, .check, .update, .add, .list, .deploy]
                )
            ),
            (["visit", "--header", "A: b\r\nC: d"], .badHeader("A: b\r\nC: d")),
            (["visit", "--header", ": b"], .badHeader(": b")),
            (["visit", "--header", "A B: c"], .badHeader("A B: c")),
            (
                ["check", "--data", "x"],
                .optionOfAnotherCommand("--data", command: .check, owners: [.visit])
            ),
        ] as [([String], ArgumentError)]
    )
    func bad(words: [String], error: ArgumentError) {
        #expect(throws: error) { try parsed(words) }
    }
}
