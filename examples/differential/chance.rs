//! Chance that a seed decides: the same on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and good enough to pick.
pub(crate) struct Chance(u64);

impl Chance {
    /// For token `n` of a run: no token hangs on how the ones before it were made.
    pub(crate) fn new(seed: u64, n: u64) -> Self {
        let mut chance = Self(seed);
        chance.0 = chance.next() ^ n.wrapping_mul(0xD134_2543_DE82_EF95);
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `bound`; 0 if that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap();
        usize::try_from(self.next() % bound).unwrap()
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True `percent` times of 100.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
