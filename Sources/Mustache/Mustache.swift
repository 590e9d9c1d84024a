/// A Mustache template engine: the whole public specification, and a strict mode for source code.
///
/// ```swift
/// let page = try Mustache.Template("Hello, {{name}}!\n", path: "hello.mustache")
/// try page.render(["name": "world"])  // "Hello, world!\n"
/// ```
///
/// How a template is processed, and in which files:
///
/// 1. `Template` takes the text. `Parser` reads its bytes once, from front to back, and makes a
///    `Program` of it: a flat list of tokens. Names are split at their dots here, and the
///    white space around standalone tags is removed here.
/// 2. `Renderer` walks the tokens with a `Value` as data and appends to a list of bytes. It calls
///    nothing recursively: sections and partials are entries in lists of its own, so that a
///    template can exhaust `Limits` but not the stack.
/// 3. A mistake in step 1 or 2 is a `Failure`: a `Failure.Kind` with the facts and the `Location`.
///
/// The tags, in the terms that all files here use:
///
/// | Tag                     | Term             | Meaning                                          |
/// |-------------------------|------------------|--------------------------------------------------|
/// | `{{name}}`              | variable         | the value, escaped for HTML                      |
/// | `{{{name}}}` `{{&name}}`| variable         | the value as it is                               |
/// | `{{#name}}…{{/name}}`   | section          | once for each item, or once, or not at all       |
/// | `{{^name}}…{{/name}}`   | inverted section | only if the section would show nothing           |
/// | `{{>name}}`             | partial          | another template                                 |
/// | `{{<name}}…{{/name}}`   | parent           | another template, with arguments for its blocks  |
/// | `{{$name}}…{{/name}}`   | block            | inside a parent an argument, elsewhere a default |
/// | `{{>*name}}` `{{<*name}}`| dynamic name    | the partial or parent that the value names       |
/// | `{{!…}}`                | comment          | nothing                                          |
/// | `{{=<% %>=}}`           | set delimiters   | `<%` and `%>` from here on                       |
///
/// A name is any run of characters without white space (ASCII) and without the delimiters in use.
/// In a variable, a section, and a dynamic name, a dot separates the parts of a name, and no part
/// is empty; the name `.` alone is the current item. Elsewhere a dot has no meaning.
public enum Mustache {}
