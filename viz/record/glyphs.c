/* The signs of derivatives and products, in Unicode and in ASCII. Knows only the options of the
 * record, which say which of the two to use.
 */
#include "record.h"

const viz__signs *viz__signs_of(const viz__record *r)
{
    static const viz__signs unicode = {"∂", "×", "·", "⊙", "≈", "—", "·", "‖", "…"};
    static const viz__signs ascii = {"d", "*", "*", ".*", "~=", "-", ".", "|", "..."};
    return r->options->ascii ? &ascii : &unicode;
}
