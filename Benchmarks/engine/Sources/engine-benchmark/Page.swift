// The pages that both engines render: templates with data, as plain values.

/// The data of a page, before an engine converts it to its own type.
indirect enum Datum {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([Datum])
    case object([String: Datum])

    /// The data as values of Foundation's.
    var object: Any {
        switch self {
        case .text(let text): text
        case .number(let number): number
        case .truth(let truth): truth
        case .list(let items): items.map(\.object)
        case .object(let members): members.mapValues(\.object)
        }
    }
}

/// A template with its partials and its data.
struct Page {
    let name: String
    let template: String
    var partials: [String: String] = [:]
    var data = Datum.object([:])

    /// The pages that are compared.
    static let all = [small, largeList, nested, partials, longText, plainCopy]

    private static let small = Page(
        name: "small page",
        template: """
            <!DOCTYPE html>
            <html>
            <head><title>{{title}}</title></head>
            <body>
            <h1>{{title}}</h1>
            {{#user}}
            <p>Welcome back, {{name}} &lt;{{{email}}}&gt;.</p>
            {{/user}}
            {{^user}}
            <p>Please sign in.</p>
            {{/user}}
            {{! What follows is for those who may see it. }}
            <ul>
            {{#links}}
              <li><a href="{{url}}">{{label}}</a></li>
            {{/links}}
            </ul>
            <footer>{{year}}</footer>
            </body>
            </html>

            """,
        data: .object([
            "title": .text("Rows & columns"),
            "user": .object(["name": .text("Alice"), "email": .text("alice@example.org")]),
            "links": .list(
                (1...5).map { number in
                    .object(["url": .text("/page/\(number)"), "label": .text("Page \(number)")])
                }
            ),
            "year": .number(2026),
        ])
    )

    private static let largeList = Page(
        name: "large list (10,000 rows)",
        template: """
            <table>
            {{#rows}}
              <tr><td>{{id}}</td><td>{{name}}</td><td>{{note}}</td>{{#late}}<td>late</td>{{/late}}</tr>
            {{/rows}}
            </table>

            """,
        data: .object([
            "rows": .list(
                (0..<10_000).map { number in
                    .object([
                        "id": .number(number),
                        "name": .text("Row number \(number)"),
                        "note": .text(number % 7 == 0 ? "a < b & \"c\"" : "nothing to remark"),
                        "late": .truth(number % 3 == 0),
                    ])
                }
            )
        ])
    )

    private static let nested: Page = {
        let depth = 5
        func level(_ number: Int) -> Datum {
            var members: [String: Datum] = ["label\(number)": .text("level \(number)")]
            if number < depth {
                members["below"] = .list((0..<6).map { _ in level(number + 1) })
            } else {
                members["below"] = .list([])
            }
            return .object(members)
        }
        func template(_ number: Int) -> String {
            guard number <= depth else { return "{{top}}" }
            let inner = template(number + 1)
            return number == 0
                ? inner
                : "{{#below}}<div>{{label\(number)}} {{label1}}\(inner)</div>{{/below}}"
        }
        guard case .object(var members) = level(0) else { fatalError("a level is an object") }
        members["top"] = .text("found at the top")
        return Page(
            name: "nested sections (9,330 entered)",
            template: template(0) + "\n",
            data: .object(members)
        )
    }()

    private static let partials = Page(
        name: "partials (2,000 included)",
        template: "{{#people}}\n  {{>card}}\n{{/people}}\n",
        partials: [
            "card": "<div>\n  {{>name}}\n  <p>{{city}}</p>\n</div>\n",
            "name": "<b>{{first}} {{last}}</b>\n",
        ],
        data: .object([
            "people": .list(
                (0..<1_000).map { number in
                    .object([
                        "first": .text("Ada \(number)"), "last": .text("Lovelace"),
                        "city": .text("London"),
                    ])
                }
            )
        ])
    )

    private static let longText = Page(
        name: "long text (1 MB, 1,000 tags)",
        template: (0..<1_000).map { _ in filler + " {{word}}.\n" }.joined(),
        data: .object(["word": .text("text")])
    )

    private static let plainCopy = Page(
        name: "plain copy (1 MB, no tag)",
        template: (0..<1_000).map { _ in filler + "\n" }.joined()
    )

    /// About a thousand bytes of text.
    private static let filler = String(
        repeating: "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ",
        count: 18
    )
}
