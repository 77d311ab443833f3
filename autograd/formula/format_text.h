/* printf with a decimal point: what ag_format_text of engine.h, which stands here, too, does with a
 * list of arguments. Private to autograd/.
 *
 * printf writes the decimal point of the locale. Messages, parameters and formulas must not: the
 * same recording gives the same bytes, and nobody reads "p = 0,5, eps 0,1" as two numbers.
 */
#ifndef AUTOGRAD_FORMULA_FORMAT_TEXT_H
#define AUTOGRAD_FORMULA_FORMAT_TEXT_H

#include <autograd/base.h>
#include <stdarg.h>

/* As vsnprintf, and returns how long the whole text is. The conversions are those of
 * d, i, u, x, c, s, p, e, f, g, a and %%, with h, l, ll or z; one that is none of these ends the
 * text. What has a precision, "%.40s", is taken for a name from outside: its control characters are
 * written as question marks, and none of its UTF-8 characters is cut. */
size_t ag__print_text_args(char *text, size_t bytes, const char *format, va_list args)
    AG_PRINTF(3, 0);

/* The most of the first n bytes of a text in UTF-8 that does not cut its last character. */
size_t ag__whole_characters(const char *text, size_t n);

#endif
