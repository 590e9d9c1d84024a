// Examples of what keeps a handler from being added to a project: what messages.txt shows.

@testable import Scaffold

extension Samples {
    /// The errors of adding, one of each kind.
    static let ofAdditions: [ScaffoldError] = [
        .badHandlerName("about-us", .character("-"), suggestion: "about_us"),
        .badPagePath("about", .relative), .cannotAdd("hello", .project(.record(.missing))),
    ]

    /// What keeps a handler from being added.
    static func additions() -> [Samples] {
        [
            Samples(
                of: HandlerName.Problem.self,
                [
                    .empty, .tooLong(count: 41), .character("-"), .leadingDigit, .looseUnderscore,
                    .keyword, .builtin,
                ]
            ) {
                words(
                    ScaffoldError.badHandlerName($0 == .empty ? "" : "x", $0, suggestion: "about")
                        .diagnostic
                )
            },
            Samples(
                of: PagePath.Problem.self,
                [
                    .relative, .tooLong(count: 56), .query("?"), .parameter("<"), .character("é"),
                    .part(""),
                    .part(".."), .staticFiles,
                ]
            ) { words(ScaffoldError.badPagePath("x", $0).diagnostic) },
            Samples(
                of: AddProblem.self,
                [
                    .project(.record(.missing)), .project(.ownTemplate(name: "web")),
                    .project(
                        .configuration(
                            .unknownFramework("flsk", nearest: "flask", known: ["flask"])
                        )
                    ),
                    .noAddition(framework: "web", isOwn: true),
                    .noAddition(framework: "flask", isOwn: false),
                    .noCommit(String(repeating: "1", count: 40), repository: "gh:ada/templates"),
                    .adopted, .taken(.name("about", path: "hello/handlers.py", line: 7)),
                ]
            ) { words(ScaffoldError.cannotAdd("hello", $0).diagnostic) },
            Samples(
                of: Taken.self,
                [
                    .name("about", path: "hello/handlers.py", line: 7),
                    .route("/about/", path: "hello/routes.py", line: 9),
                    .earlierRoute("/.*", page: "/about", path: "hello/routes.py", line: 9),
                ]
            ) { words(ScaffoldError.cannotAdd("hello", .taken($0)).diagnostic) },
            Samples(
                of: PlaceProblem.self,
                [
                    .noFile, .code(.conflict), .noName("blueprint"), .notFound("routes = [ … ]"),
                    .several("routes = [ … ]"), .otherForm("routes = [ … ]"), .unfinished,
                ]
            ) { $0.inWords("hello/routes.py") + "\n" },
            Samples(
                of: CodeProblem.self,
                [.notText, .conflict, .tooLarge, .notClosed(line: 3)]
            ) { PlaceProblem.code($0).inWords("hello/routes.py") + "\n" },
        ]
    }
}
