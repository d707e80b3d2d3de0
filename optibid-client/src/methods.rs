//! How the methods of the client are written.

/// Writes the methods of a section and the table that says which operations they are, so that the two cannot differ.
///
/// A line is `"operationId" METHOD "/path/{place}" name(argument: Type, ...) -> Answer [reader] parts...`, the parts being methods of
/// [`Call`](crate::Call) that take the arguments.
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $id:literal $method:ident $path:literal
        $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty = $reader:ident
        $(, $part:ident($($value:expr),*))* $(; $flag:ident = $set:literal)*;
    )*) => {
        pub(super) const OPERATIONS: &[$crate::operation::Operation] = &[$(
            $crate::methods::operations!(@row $id $method $path $($flag = $set)*),
        )*];

        impl $crate::Client {
            $(
                $(#[$doc])*
                pub fn $name(&self, $($argument: $kind),*) -> $crate::Call<$answer> {
                    static OPERATION: $crate::operation::Operation =
                        $crate::methods::operations!(@row $id $method $path $($flag = $set)*);
                    $crate::Call::new(self.clone(), &OPERATION, $crate::call::$reader)
                        $(.$part($($value),*))*
                }
            )*
        }
    };
    (@row $id:literal $method:ident $path:literal $($flag:ident = $set:literal)*) => {{
        #[allow(unused_mut, reason = "most operations have no flag")]
        let mut operation = $crate::operation::Operation {
            id: $id,
            method: http::Method::$method,
            path: $path,
            signs: true,
            tells_unready: false,
        };
        $(operation.$flag = $set;)*
        operation
    }};
}
pub(crate) use operations;
