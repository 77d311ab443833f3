/* The signs of derivatives and products, as Unicode has them and for terminals that know ASCII only.
 * Knows of the record only which of the two was asked for.
 */
#include "internal.h"

const viz__signs *viz__signs_of(const viz__record *r)
{
    static const viz__signs unicode = {"∂", "×", "·", "⊙", "≈", "—", "·", "‖", "…"};
    static const viz__signs ascii = {"d", "*", "*", ".*", "~=", "-", ".", "|", "..."};
    return r->options->ascii ? &ascii : &unicode;
}
