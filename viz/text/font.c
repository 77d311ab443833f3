/* How wide text is, from the widths of Helvetica's characters, in thousandths of the size.
 * Labels that are measured too small overlap, and a viewer may have another font, so a tenth is
 * added. Must not know where the text stands.
 *
 * Source: Adobe Font Metrics, "Core 14 AFM Files", Helvetica. Liberation Sans, Arial and Nimbus
 * Sans have the same widths.
 */
#include "text.h"

#define SLACK 1.1
#define BOLD 1.07  /* Helvetica Bold is so much wider on average */
#define OTHER 620  /* a character that the table does not have: Greek, the sign ∂ */
#define WIDE 1000  /* an East Asian one */
#define NARROW 400 /* raised and lowered digits, a middle dot */

/* From the space to the tilde. */
static const short width_of[] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

static double character_width(uint32_t c)
{
    if (c >= 0x20 && c <= 0x7E) {
        return width_of[c - 0x20];
    }
    bool narrow = (c >= 0x2070 && c <= 0x209C) || c == 0xB7 || c == 0xB2 || c == 0xB3 || c == 0xB9;
    return narrow ? NARROW : OTHER;
}

double viz__text_width(const char *text, double size, bool bold)
{
    double sum = 0;
    while (*text != '\0') {
        size_t length, columns;
        uint32_t c = viz__character(text, &length, &columns);
        sum += columns == 2 ? WIDE : columns == 0 ? 0 : character_width(c);
        text += length;
    }
    return sum / 1000 * size * SLACK * (bold ? BOLD : 1);
}
