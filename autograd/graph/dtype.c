/* The names and sizes of dtypes, and the version of the library. Knows nothing else. */
#include <autograd/base.h>

const char *ag_dtype_text(ag_dtype dtype)
{
    static const char *const text[AG_DTYPE_COUNT] = {"f64", "f32", "i64"};
    return (unsigned)dtype < AG_DTYPE_COUNT ? text[dtype] : "?";
}

size_t ag_dtype_bytes(ag_dtype dtype)
{
    static const size_t bytes[AG_DTYPE_COUNT] = {sizeof(double), sizeof(float), sizeof(int64_t)};
    return (unsigned)dtype < AG_DTYPE_COUNT ? bytes[dtype] : 0;
}

const char *ag_version(void)
{
    return AG_VERSION;
}
