export {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  roundQuantityUp,
  subtractQuantities,
} from './quantity.ts'
