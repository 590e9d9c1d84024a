// As the specification says, or strictly for source code.

extension Mustache {
    /// How a template treats escaping and unknown names.
    public enum Mode: Sendable, Hashable {
        /// As the specification says: `{{name}}` is escaped for HTML, and an unknown name or
        /// partial shows nothing.
        case specification

        /// For source code: nothing is escaped, and an unknown name, an unknown partial, and a
        /// list or object in the place of a text are failures.
        ///
        /// A name that exists with the value null, false, or an empty list is known. The
        /// indentation of a standalone partial is left off on empty lines, so that none ends in
        /// white space.
        case strict
    }
}
