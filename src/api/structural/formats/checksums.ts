/** Numbers with a check digit. Source: github.com/asaskevich/govalidator, validator.go. */

const digitsOf = (text: string) => text.replaceAll(/[\s-]+/g, '')
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

export function isIsbn10(text: string): boolean {
  const digits = digitsOf(text)
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false
  return sum(digits.split('').map((digit, index) => (index + 1) * (digit === 'X' ? 10 : Number(digit)))) % 11 === 0
}

export function isIsbn13(text: string): boolean {
  const digits = digitsOf(text)
  if (!/^[0-9]{13}$/.test(digits)) return false
  const weighted = digits
    .slice(0, 12)
    .split('')
    .map((digit, index) => (index % 2 === 0 ? 1 : 3) * Number(digit))
  return Number(digits[12]) === (10 - (sum(weighted) % 10)) % 10
}

const CARDS =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|(222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11}|6[27][0-9]{14})$/

/** The issuer's prefix and length, and Luhn's sum. */
export function isCreditCard(text: string): boolean {
  const digits = digitsOf(text)
  if (!CARDS.test(digits)) return false
  const fromRight = digits.split('').reverse().map(Number)
  const weighted = fromRight.map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit))
  return sum(weighted) % 10 === 0
}
