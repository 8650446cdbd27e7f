export {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  roundQuantityUp,
  writtenQuantity,
} from './quantity.ts'
export { addLists, listsEqual, maskList, maxLists, type ResourceList, subtractLists } from './resource-list.ts'
