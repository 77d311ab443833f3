/* Messages of the library name functions and constants of C. To those who write programs in the
 * notation of mathematics the same things have shorter names. Knows none of them.
 */
#include <ctype.h>
#include <string.h>

#include "text.h"

static bool continues(const char *text, const char *at)
{
    return at > text && (isalnum((unsigned char)at[-1]) != 0 || at[-1] == '_');
}

/* Takes n bytes out of a text. */
static void cut(char *at, size_t n)
{
    memmove(at, at + n, strlen(at + n) + 1);
}

/* AG_SHAPE(1) is [1], AG_SCALAR []; AG_MEAN is mean. What stands behind the name. */
static char *shorten_constant(char *at)
{
    static const char shape[] = "AG_SHAPE(", scalar[] = "AG_SCALAR";
    char *close = strchr(at, ')');
    if (strncmp(at, shape, sizeof shape - 1) == 0 && close != NULL) {
        *close = ']';
        at[sizeof shape - 2] = '[';
        cut(at, sizeof shape - 2);
        return at;
    }
    if (strncmp(at, scalar, sizeof scalar - 1) == 0) {
        memcpy(at, "[]", 2);
        cut(at + 2, sizeof scalar - 3);
        return at + 2;
    }
    cut(at, 3);
    for (; isupper((unsigned char)*at) != 0 || isdigit((unsigned char)*at) != 0 || *at == '_';
         at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    return at;
}

/* ".training = false" is training=false; a number such as .5 stays. */
static void shorten_field(char *at)
{
    char *end = at + 1;
    while (islower((unsigned char)*end) != 0 || *end == '_') {
        end++;
    }
    if (end > at + 1 && strncmp(end, " = ", 3) == 0) {
        cut(end + 2, 1);
        cut(end, 1);
        cut(at, 1);
    }
}

void viz__plain_words(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        if (continues(text, at)) {
            continue;
        }
        if (strncmp(at, "ag_", 3) == 0) {
            cut(at, 3);
        } else if (strncmp(at, "AG_", 3) == 0 && isupper((unsigned char)at[3]) != 0) {
            at = shorten_constant(at) - 1;
        } else if (*at == '.' && (at == text || at[-1] == ' ')) {
            shorten_field(at);
        }
    }
}
