/* Formulas of the engine, such as "1/(2 sqrt(c))", in MathML: names, numbers, powers and roots.
 * Must not know any operation.
 *
 * A formula is text with the names of operands in it, and a name may have any bytes. Where one is
 * no plain name, the formula is shown as text.
 */
#include "stepper_parts.h"

#include <string.h>

#define DEPTH 64

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

/* Does a name go on here? The signs of products are no letters. */
static bool is_letter_at(const char *text)
{
    static const char *const sign[] = {"·", "×", "⊙"};
    bool is = is_letter(text[0]);
    for (size_t i = 0; i < sizeof sign / sizeof sign[0] && is; i++) {
        is = strncmp(text, sign[i], strlen(sign[i])) != 0;
    }
    return is;
}

static bool is_plain(const char *name)
{
    if (!is_letter_at(name)) {
        return false;
    }
    while (is_letter_at(name) || is_digit(*name) || *name == '.') {
        name++;
    }
    return *name == '\0';
}

static bool has_plain_names(const viz__record *r, size_t step)
{
    for (size_t e = r->first_edge[step]; e < r->first_edge[step + 1]; e++) {
        if (!is_plain(viz__name(r, r->edge[e].from))) {
            return false;
        }
    }
    return is_plain(viz__name(r, step));
}

/* The length of the name or number that begins here, or of one other character. */
static size_t token_length(const char *text)
{
    size_t n = 0, length, columns;
    if (is_digit(text[0])) {
        n = strspn(text, "0123456789.");
        bool power = text[n] == 'e' && (is_digit(text[n + 1]) || text[n + 1] == '-');
        return power ? n + 2 + strspn(text + n + 2, "0123456789") : n;
    }
    while (is_letter_at(text + n) || (n > 0 && (is_digit(text[n]) || text[n] == '.'))) {
        n++;
    }
    viz__character(text, &length, &columns);
    return n > 0 ? n : length;
}

static void put_token(viz__out *out, viz__out *part, const char *text, size_t n)
{
    viz__cut(part, 0);
    viz__put(part, text, n);
    if (is_digit(text[0])) {
        viz__print(out, "<mn>%s</mn>", viz__text(part));
    } else if (is_letter_at(text) && is_plain(viz__text(part))) {
        viz__mathml_name(out, viz__text(part));
    } else {
        bool tight = strchr("()/", text[0]) != NULL;
        viz__puts(out, tight ? "<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">" : "<mo>");
        viz__xml(out, strcmp(viz__text(part), "-") == 0 ? "−" : viz__text(part));
        viz__puts(out, "</mo>");
    }
}

/* What stands before a power is an <msup> with it; of a parenthesis only its end. */
static const char *put_power(viz__out *out, viz__out *part, const char *text, size_t n)
{
    const char *power = text + n + 1;
    size_t length = token_length(power);
    viz__puts(out, "<msup>");
    put_token(out, part, text, n);
    put_token(out, part, power, length);
    viz__puts(out, "</msup>");
    return power + length;
}

/* Is a space behind this, and before a name, a product? */
static bool is_factor_end(char c)
{
    return is_letter(c) || is_digit(c) || c == ')';
}

static void put_formula(viz__out *out, viz__out *part, const char *text)
{
    bool root[DEPTH] = {false};
    size_t depth = 0;
    for (char before = '\0'; *text != '\0'; before = text[-1]) {
        size_t n = token_length(text);
        bool begins = n == 4 && strncmp(text, "sqrt(", 5) == 0 && depth + 1 < DEPTH;
        bool ends = *text == ')' && depth > 0 && root[depth];
        depth -= *text == ')' && depth > 0 ? 1u : 0u;
        depth += (*text == '(' || begins) && depth + 1 < DEPTH ? 1u : 0u;
        if (begins || *text == '(') {
            root[depth] = begins;
        }
        if (begins || ends) {
            viz__puts(out, begins ? "<msqrt><mrow>" : "</mrow></msqrt>");
            text += begins ? 5 : 1;
        } else if (text[n] == '^' && text[n + 1] != '\0' && text[n + 1] != '(') {
            text = put_power(out, part, text, n);
        } else if (*text == ' ') {
            bool product = is_letter(text[1]) && is_factor_end(before);
            viz__puts(out, product ? "<mspace width=\"0.2em\"/>" : "");
            text++;
        } else {
            put_token(out, part, text, n);
            text += n;
        }
    }
    for (; depth > 0; depth--) {
        viz__puts(out, root[depth] ? "</mrow></msqrt>" : "");
    }
}

void viz__mathml_formula(viz__out *out, const viz__record *r, size_t step, const char *text)
{
    if (!has_plain_names(r, step)) {
        viz__puts(out, "<mtext>");
        viz__xml(out, text);
        viz__puts(out, "</mtext>");
        return;
    }
    viz__out part = viz__to_text(out->graph);
    put_formula(out, &part, text);
    viz__fail(out, part.status);
    viz__out_free(&part);
}
