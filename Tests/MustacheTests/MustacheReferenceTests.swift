// The names that a template uses, found without rendering.

import Mustache
import Testing

/// The names that a template lists without being rendered.
@Suite("Mustache references")
struct MustacheReferenceTests {
    @Test("Every tag with a name, in order, with its place")
    func everyTag() throws {
        let template = try Mustache.Template(
            """
            {{a}} {{{b.c}}} {{& d}}
            {{! comment }}{{#e}}{{^f}}{{.}}{{/f}}{{/e}}
            {{>g.h}} {{> * i.j}}
            é {{<k}} {{m}} {{$l}}{{n}}{{/l}}{{/k}}{{=<% %>=}}
            <%<*o%><%/*o%><%p%>
            """,
            path: "t"
        )
        let expected: [(Mustache.Reference.Kind, String, Int, Int)] = [
            (.variable, "a", 1, 3), (.variable, "b.c", 1, 10), (.variable, "d", 1, 21),
            (.section, "e", 2, 18), (.invertedSection, "f", 2, 24), (.variable, ".", 2, 29),
            (.partial, "g.h", 3, 4), (.dynamicPartial, "i.j", 3, 16),
            (.parent, "k", 4, 6), (.variable, "m", 4, 12), (.block, "l", 4, 19),
            (.variable, "n", 4, 24),
            (.dynamicParent, "o", 5, 5), (.variable, "p", 5, 17),
        ]
        let references = expected.map { kind, name, line, column in
            let location = Mustache.Location(path: "t", line: line, column: column)
            return Mustache.Reference(kind: kind, name: name, location: location)
        }
        #expect(template.references == references)
        let names = template.references.filter(\.isInData).map(\.name)
        #expect(names == ["a", "b.c", "d", "e", "f", ".", "i.j", "m", "n", "o", "p"])
    }

    @Test("None without tags, none in comments")
    func none() throws {
        #expect(try Mustache.Template("a {{! b }} c").references.isEmpty)
    }

    @Test("A hundred thousand names on one line take one pass")
    func oneLongLine() throws {
        let template = try Mustache.Template(String(repeating: "{{a}}", count: 100_000))
        let references = template.references
        #expect(references.count == 100_000)
        #expect(references.last?.location.column == 499_998)
    }
}
